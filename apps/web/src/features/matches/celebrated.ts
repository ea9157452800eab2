import type { Match } from '@parley/client'

const KEY = 'parley.celebrated'
/** The socket may tell of a match again after a reload, but of none that is long past. */
const MOST = 50

function celebrated(): number[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'number') : []
  } catch {
    // No storage, or not ours: then a match may be celebrated twice.
    return []
  }
}

/** Whether this browser has not celebrated a match yet; from now on it has. */
export function isFirstTime({ id }: Pick<Match, 'id'>): boolean {
  const before = celebrated()
  if (before.includes(id)) return false
  try {
    localStorage.setItem(KEY, JSON.stringify([...before, id].slice(-MOST)))
  } catch {
    // It is celebrated all the same.
  }
  return true
}
