import { RpcError } from '@parley/service-kit'
import type * as z from 'zod'

/** The last instant that a cursor may name, in milliseconds since 1970. */
export const LAST_MS = Date.UTC(9999, 11, 31)

/** Numbers as a text that clients give back without looking into it. */
export const encodeCursor = (parts: readonly (number | null)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/** What a cursor stands for; a text that is no cursor is `invalid`. */
export function decodeCursor<S extends z.ZodType>(
  schema: S,
  cursor: string | undefined,
): z.output<S> | undefined {
  if (cursor === undefined) return undefined
  const parts = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (parts.success) return parts.data
  throw new RpcError('invalid', {
    errors: [{ path: 'cursor', message: 'must be a next_cursor of this list' }],
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No schema accepts undefined.
    return undefined
  }
}
