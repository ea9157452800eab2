import type { Example, Wire } from '../../scripts/compatibility/released.ts'

const MOST_EACH = 4
const SECRET = /token|password|ticket/

/** A few examples of each name, the shortest, and no secret in them. */
export const keepFew = ({ rpcs, pushes, events }: Wire): Wire => ({
  rpcs: few(rpcs, ['input', 'output']),
  pushes: few(pushes, ['payload']),
  events: few(events, ['payload']),
})

function few(all: Wire['rpcs'], keys: readonly (keyof Example)[]): Wire['rpcs'] {
  const names = Object.keys(all).toSorted()
  return Object.fromEntries(
    names.map((name) => {
      const own = all[name] ?? []
      return [name, keys.flatMap((key) => shortest(own.filter((example) => key in example)))]
    }),
  )
}

const shortest = (examples: readonly Example[]): Example[] =>
  examples
    .map((example) => masked(example))
    .toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)
    .slice(0, MOST_EACH)

const masked = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      SECRET.test(key) && typeof inner === 'string' && key !== 'token_type'
        ? 'x'.repeat(inner.length)
        : inner,
    ),
  ) as T
