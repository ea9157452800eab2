// Access tokens are signed by the current key; the next one is published beside it long before its first use, so that
// no verifier meets a key that it has not heard of:
//
//   current   ├── signs ──────────────┤── its last tokens live ──┤ removed
//   next      ├── published ──────────┤── signs ─────────────────────────────┤ …
//
// A key may be withdrawn by deleting it: the next one then signs at once, since everybody knows it already.

export interface KeyTimes {
  kid: string
  use_from: Date
}

export interface KeyPolicy {
  lifeMs: number
  /** At least this long before its first use a key is published. */
  leadMs: number
  /** A token may be accepted this long after it was signed. */
  tokenMs: number
}

export interface KeyPlan {
  /** First uses of keys to make. */
  make: Date[]
  move: KeyTimes[]
  remove: string[]
}

/** What must change so that there is a current key, a next one, and no old one without living tokens. `keys`: first used first. */
export function planKeys(keys: readonly KeyTimes[], now: Date, policy: KeyPolicy): KeyPlan {
  const later = (date: Date, ms: number) => new Date(date.getTime() + ms)
  const current = keys.findLast(({ use_from }) => use_from <= now)
  const [next, afterNext] = keys.filter(({ use_from }) => use_from > now)
  if (!current) {
    if (!next) return { make: [now, later(now, policy.lifeMs)], move: [], remove: [] }
    const make = afterNext ? [] : [later(now, policy.lifeMs)]
    return { make, move: [{ kid: next.kid, use_from: now }], remove: [] }
  }
  const remove = keys
    .filter((_, i) => {
      const successor = keys[i + 1]
      return successor !== undefined && later(successor.use_from, policy.tokenMs) <= now
    })
    .map(({ kid }) => kid)
  if (next) return { make: [], move: [], remove }
  const due = later(current.use_from, policy.lifeMs)
  const soonest = later(now, policy.leadMs)
  return { make: [due > soonest ? due : soonest], move: [], remove }
}

/** The key that signs now: the one whose use began last. */
export function currentKey<K extends KeyTimes>(keys: readonly K[], now: Date): K | undefined {
  return keys.findLast(({ use_from }) => use_from <= now)
}
