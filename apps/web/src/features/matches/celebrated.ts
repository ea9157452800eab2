import type { Match } from '@parley/client'
import { keep, kept } from '../../app/kept.ts'

const KEY = 'parley.celebrated'
/** The socket may tell of a match again after a reload, but of none that is long past. */
const MOST = 50

/** Whether this browser has not celebrated a match yet; from now on it has. Where nothing is kept it may do so twice. */
export function isFirstTime({ id }: Pick<Match, 'id'>): boolean {
  const before = (kept(KEY) ?? '').match(/\d+/g)?.map(Number) ?? []
  if (before.includes(id)) return false
  keep(KEY, JSON.stringify([...before, id].slice(-MOST)))
  return true
}
