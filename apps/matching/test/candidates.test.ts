import { like, listCandidates, pass, putProfile, undo, unmatch, type Candidate } from '@parley/protocol'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

// A world a test: every person of a world is a candidate for every other.
let world: World
beforeEach(async () => void (world = await startWorld()))
afterEach(() => world[Symbol.asyncDispose]())

async function idsFor(user_id: number) {
  const { items } = await world.as(user_id)(listCandidates, { limit: 200 })
  return items.map(({ user }) => user.id)
}

async function walk(user_id: number, limit: number): Promise<Candidate[][]> {
  const pages: Candidate[][] = []
  let cursor: string | null | undefined
  do {
    const page = await world.as(user_id)(listCandidates, { limit, cursor })
    pages.push(page.items)
    cursor = page.next_cursor
  } while (cursor)
  return pages
}

test('everybody is a candidate from the start, except oneself', async () => {
  const [ada, ben, cleo] = [await world.person(), await world.person(), await world.person()]

  expect(new Set(await idsFor(ada))).toEqual(new Set([ben, cleo]))
  const { items } = await world.as(ada)(listCandidates, {})
  expect(items[0]).toEqual({
    user: expect.objectContaining({ username: expect.any(String) }),
    score: expect.any(Number),
    reasons: ['new_here'],
  })
})

test('who looks becomes a candidate, even if the news of the account never came', async () => {
  const [ada, ben] = [world.stranger(), await world.person()]

  expect(await idsFor(ada)).toEqual([ben])
  expect(await idsFor(ben)).toEqual([ada])
})

test('who was liked, passed or once matched is a candidate no longer; an undone choice is one again', async () => {
  const ada = await world.person()
  const [ben, cleo, dora] = [await world.person(), await world.person(), await world.person()]
  await world.as(ada)(like, { user_id: ben })
  await world.as(dora)(like, { user_id: ada })
  const matched = await world.as(ada)(like, { user_id: dora })
  await world.as(ada)(unmatch, { match_id: matched.status === 'matched' ? matched.match.id : 0 })
  await world.as(ada)(pass, { user_id: cleo })
  expect(await idsFor(ada)).toEqual([])

  await world.as(ada)(undo, {})

  expect(await idsFor(ada)).toEqual([cleo])
  expect(await idsFor(dora)).not.toContain(ada)
})

test('T76: a like or a pass changes nothing of what the other is shown', async () => {
  const [ada, ben, cleo] = [await world.person(), await world.person(), await world.person()]
  const before = await world.as(ada)(listCandidates, {})

  await world.as(ben)(like, { user_id: ada })
  await world.as(cleo)(pass, { user_id: ada })

  expect(await world.as(ada)(listCandidates, {})).toEqual(before)
})

test('who hides is not shown and still sees the others', async () => {
  const [ada, ben, cleo] = [await world.person(), await world.person(), await world.person()]
  await world.as(ben)(putProfile, { is_visible: false })

  expect(await idsFor(ada)).toEqual([cleo])
  expect(new Set(await idsFor(ben))).toEqual(new Set([ada, cleo]))
})

test('both must fit: what either looks for keeps out who is another or unknown', async () => {
  const [ada, ben, cleo, dora] = [
    await world.person(),
    await world.person(),
    await world.person(),
    await world.person(),
  ]
  const years = (age: number) => `${new Date().getUTCFullYear() - age}-01-01`
  await world.as(ada)(putProfile, {
    gender: 'woman',
    birth_date: years(30),
    preferences: { genders: ['man'], min_age: 25, max_age: 35 },
  })
  await world.as(ben)(putProfile, {
    gender: 'man',
    birth_date: years(30),
    preferences: { genders: ['woman'] },
  })
  await world.as(cleo)(putProfile, { gender: 'man', birth_date: years(60) })

  expect(await idsFor(ada)).toEqual([ben])
  expect(await idsFor(ben)).toEqual([ada])
  expect(await idsFor(cleo)).toEqual([dora])
  expect(await idsFor(dora)).toEqual([cleo])
})

test('more shared interests come first, and the reasons say which', async () => {
  const [ada, ben, cleo, dora] = [
    await world.person(),
    await world.person(),
    await world.person(),
    await world.person(),
  ]
  await world.as(ada)(putProfile, { interests: ['hiking', 'Tea', 'chess'] })
  await world.as(ben)(putProfile, { interests: ['tea '] })
  await world.as(cleo)(putProfile, { interests: ['Hiking', 'tea', 'go'] })

  const { items } = await world.as(ada)(listCandidates, {})

  expect(items.map(({ user }) => user.id)).toEqual([cleo, ben, dora])
  expect(items.map(({ reasons }) => reasons)).toEqual([
    ['shared_interest:hiking', 'shared_interest:tea', 'new_here'],
    ['shared_interest:tea', 'new_here'],
    ['new_here'],
  ])
})

test('somebody without a card is left out', async () => {
  const [ada, ben, cleo] = [await world.person(), await world.person(), await world.person()]
  world.auth.remove(ben)

  expect(await idsFor(ada)).toEqual([cleo])
})

test('pages hold each candidate once, best first, whatever is chosen between them', async () => {
  const ada = await world.person()
  await insertProfiles(30)

  const whole = (await walk(ada, 200)).flat()
  const paged = (await walk(ada, 7)).flat()

  expect(whole).toHaveLength(30)
  expect(whole.map(({ score }) => score)).toEqual(whole.map(({ score }) => score).toSorted((a, b) => b - a))
  expect(paged).toEqual(whole.map((one) => ({ ...one, score: expect.closeTo(one.score, 2) })))

  const first = await world.as(ada)(listCandidates, { limit: 10 })
  for (const { user } of first.items) await world.as(ada)(pass, { user_id: user.id })
  const second = await world.as(ada)(listCandidates, { limit: 10, cursor: first.next_cursor })
  expect([...first.items, ...second.items].map(({ user }) => user.id)).toEqual(
    whole.slice(0, 20).map(({ user }) => user.id),
  )
})

test('a list longer than a window is walked to its end, each once', async () => {
  const ada = await world.person()
  await insertProfiles(1_234)

  const pages = await walk(ada, 200)
  const ids = pages.flat().map(({ user }) => user.id)

  expect(ids).toHaveLength(1_234)
  expect(new Set(ids).size).toBe(1_234)
  expect(pages.map(({ length }) => length)).toEqual([200, 200, 200, 200, 200, 200, 34])
})

test('a page that finds few among very many ends early and can be continued', async () => {
  const ada = await world.person()
  const ben = await world.person()
  await insertProfiles(4_600, { wanted_genders: ['man'] })

  const first = await world.as(ada)(listCandidates, {})
  const second = await world.as(ada)(listCandidates, { cursor: first.next_cursor })

  expect(first.items).toEqual([])
  expect(second.items.map(({ user }) => user.id)).toEqual([ben])
  expect(second.next_cursor).toBeNull()
})

async function insertProfiles(count: number, { wanted_genders }: { wanted_genders?: string[] } = {}) {
  const ids = Array.from({ length: count }, () => world.stranger())
  await sql`insert into profile (user_id, wanted_genders, listed_at, created_at)
    select id, ${wanted_genders ?? null}::text[], now() - n * interval '1 hour', now() - n * interval '1 hour'
    from unnest(${ids}::bigint[]) with ordinality as t (id, n)`.execute(world.db)
}
