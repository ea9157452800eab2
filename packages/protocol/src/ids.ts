import * as z from 'zod'

/** Shards: the low 8 bits of every user, conversation and message id. */
export const SHARDS = 256
/** Upper bits of an id: 45, so that ids stay below 2^53. */
export const UPPER_LIMIT = 2 ** 45

/** An id from its upper part and its shard. Bit operators would cut it to 32 bits. */
export const makeId = (upper: number, shard: number): number => upper * SHARDS + shard
export const shardOf = (id: number): number => id % SHARDS

/** The shard of the one direct conversation of two people, the same for both orders. */
export function pairShard(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a]
  return (shardOf(Math.floor(low / SHARDS)) * 31 + shardOf(Math.floor(high / SHARDS)) * 17) % SHARDS
}

export const Id = z.int().min(1).meta({ description: 'Integer below 2^53; the low 8 bits are its shard' })
export const Shard = z
  .int()
  .min(0)
  .max(SHARDS - 1)
export const ClientId = z.uuid().meta({ description: 'Made by the client; a repeat gives the first result' })
export const Seq = z.int().min(0)
export const Timestamp = z.iso.datetime({ precision: 3 }).meta({ description: 'RFC 3339, UTC, milliseconds' })

/** Postgres refuses NUL, UTF-8 has no lone surrogates. */
const isStorable = (s: string): boolean => !s.includes('\0') && s.isWellFormed()
const unstorable = 'must be well-formed text without NUL'

/** Whether every text in a JSON value can be stored. */
export const isStorableJson = (value: unknown): boolean => {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorableJson(inner))
}

/** Text that Postgres and UTF-8 can hold. Length in characters as JavaScript counts them. */
export const text = (min: number, max: number) => z.string().min(min).max(max).refine(isStorable, unstorable)

/** An address that a browser may open. */
export const webUrl = (max: number) =>
  z
    .url({ protocol: /^https?$/ })
    .max(max)
    .refine(isStorable, unstorable)

/** An optional field in which `null` means absent. */
export const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined)
