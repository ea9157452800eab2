// Candidates are looked through in windows of a bounded number of places, the newest places first, and each window is
// ranked as a whole: "best first" holds within a window. A cursor names the window and the last place in its ranking,
// and keeps the instant at which the first page was ranked, so that time does not reorder the pages behind it.
import { limits, listCandidates } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import * as z from 'zod'
import { decodeCursor, encodeCursor, LAST_MS } from '../cursor.ts'
import type { Deps } from '../deps.ts'
import { compareRanks, rankCandidates, type Person, type Ranked } from '../domain/candidates.ts'
import { findCards } from '../people.ts'
import {
  findPlaceWindow,
  findProfile,
  insertProfile,
  listUndecided,
  type PlaceWindow,
} from '../store/profiles.ts'

const WINDOW = 500
const MOST_WINDOWS = 8

const Place = z.int().min(0)
const Spot = z.tuple([z.int().min(0).max(LAST_MS), Place, Place, z.nullable(z.number()), z.nullable(Place)])

/** Where a walk through the candidates is: in a window, behind a rank of it. */
interface Spot extends PlaceWindow {
  after: Pick<Ranked, 'score' | 'place'> | null
}

export function listCandidatesHandler({ db, bus, now }: Pick<Deps, 'db' | 'bus' | 'now'>) {
  return handle(listCandidates, async ({ limit = limits.page.default, cursor }, context) => {
    const given = decodeCursor(Spot, cursor)
    const asOf = given ? new Date(given[0]) : now()
    const me = await findSelf(db, context.caller.user_id)
    const start = given ? spotOf(given) : await nextSpot(db)

    const { found, next } = await walk(db, { me, start, limit, asOf })
    const cards = await findCards(
      bus,
      found.map(({ user_id }) => user_id),
      context,
    )
    const items = found.flatMap(({ user_id, score, reasons }) => {
      const user = cards.get(user_id)
      return user ? [{ user, score, reasons }] : []
    })
    const next_cursor =
      next &&
      encodeCursor([
        asOf.getTime(),
        next.below,
        next.floor,
        next.after?.score ?? null,
        next.after?.place ?? null,
      ])
    return { items, next_cursor }
  })
}

/** Who looks is listed too, even if the news of their account never came. */
async function findSelf(db: Deps['db'], user_id: number): Promise<Person> {
  const known = await findProfile(db, user_id)
  if (known) return known
  await insertProfile(db, user_id)
  const made = await findProfile(db, user_id)
  if (!made) throw new Error('a profile is gone right after it was made')
  return made
}

function spotOf([, below, floor, score, place]: z.output<typeof Spot>): Spot {
  return { below, floor, after: score === null || place === null ? null : { score, place } }
}

async function nextSpot(db: Deps['db'], below?: number): Promise<Spot | null> {
  const window = await findPlaceWindow(db, { below, size: WINDOW })
  return window && { ...window, after: null }
}

interface Walk {
  me: Person
  start: Spot | null
  limit: number
  asOf: Date
}

/** At most `limit` candidates, fewer where many windows hold few; the list ends where `next` is null. */
async function walk(db: Deps['db'], { me, start, limit, asOf }: Walk) {
  const found: Ranked[] = []
  let spot = start
  for (let windows = 0; spot && found.length < limit && windows < MOST_WINDOWS; windows++) {
    const { below, floor, after } = spot
    const people = await listUndecided(db, { user_id: me.user_id, below, floor })
    const ranked = rankCandidates(me, people, asOf).filter((one) => !after || compareRanks(after, one) < 0)
    const taken = ranked.slice(0, limit - found.length)
    found.push(...taken)
    const last = taken.at(-1)
    spot = last && taken.length < ranked.length ? { below, floor, after: last } : await nextSpot(db, floor)
  }
  return { found, next: spot }
}
