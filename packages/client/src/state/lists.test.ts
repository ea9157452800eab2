import type { Candidate, Match, Notification } from '@parley/protocol'
import { expect, test } from 'vitest'
import { ada, ben, type Peer } from '../../test/scripted-gateway.ts'
import { type StateWorld, stateWorld } from '../../test/state-world.ts'
import { live, until } from '../../test/world.ts'

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`
const candidate = (id: number): Candidate => ({ user: { ...ben, id }, score: 1, reasons: [] })
const match = (id: number, second = id): Match => ({
  id,
  user: ben,
  conversation_id: id * 256,
  created_at: at(second),
})
const notification = (id: number, read_at: string | null = null): Notification => ({
  id,
  title: `notification ${id}`,
  message: '',
  notification_type: 'info',
  timestamp: at(id),
  read_at,
})

interface Lists {
  candidates: readonly Candidate[]
  matches: readonly Match[]
  notifications: readonly Notification[]
  unread_count: number
  /** Routes that are refused. */
  refused: readonly string[]
  refusal: string
}

/** A connected client whose gateway has these lists, two items a page. */
async function listed(given: Partial<Lists>): Promise<[StateWorld, Peer, Lists]> {
  const lists: Lists = {
    candidates: [],
    matches: [],
    notifications: [],
    unread_count: 0,
    refused: [],
    refusal: 'forbidden',
    ...given,
  }
  const w = await stateWorld()
  const before = w.gateway.onRequest
  w.gateway.onRequest = async (route) => {
    const [method = '', target = ''] = route.split(' ')
    const url = new URL(target, 'http://gateway')
    if (lists.refused.some((start) => route.startsWith(start)))
      return { status: 403, body: { code: lists.refusal } }
    const name = url.pathname.split('/').at(-1) as 'candidates' | 'matches' | 'notifications'
    if (method === 'GET' && Array.isArray(lists[name])) {
      const from = Number(url.searchParams.get('cursor') ?? 0)
      const items = lists[name].slice(from, from + 2)
      const next_cursor = from + 2 < lists[name].length ? String(from + 2) : null
      await w.gate
      return { status: 200, body: { items, next_cursor, unread_count: lists.unread_count } }
    }
    if (url.pathname === '/api/matching/undo') return { status: 200, body: { user_id: 1, undone: 'pass' } }
    if (url.pathname === '/api/matching/like') return { status: 200, body: { status: 'liked' } }
    if (url.pathname.startsWith('/api/matching')) return { status: 200, body: {} }
    if (url.pathname === '/api/notifications/read') return { status: 204, body: undefined }
    return before?.(route)
  }
  const peer = await live(w)
  return [w, peer, lists]
}

const people = ({ state }: StateWorld) => state.matching.candidates.get().map(({ user }) => user.id)
const matches = ({ state }: StateWorld) => state.matching.matches.get().map(({ id }) => id)
const notes = ({ state }: StateWorld) => state.notifications.all.get().map(({ id }) => id)

test('whoever is decided on leaves the deck at once, and the next ones come before it is empty', async () => {
  const [world] = await listed({ candidates: [1, 2, 3, 4].map(candidate) })
  await using w = world
  await w.state.matching.candidates.load()
  expect(people(w)).toEqual([1, 2])

  const passed = w.state.matching.pass(1)
  expect(people(w)).toEqual([2])
  await passed
  await until('the next page', () => people(w).length === 3)
  await w.state.matching.undo()

  expect(people(w)).toEqual([1, 2, 3, 4])
})

test('whoever may not be liked is back in the deck', async () => {
  const [world] = await listed({ candidates: [1, 2].map(candidate), refused: ['POST /api/matching/like'] })
  await using w = world
  await w.state.matching.candidates.load()

  await expect(w.state.matching.like(2)).rejects.toMatchObject({ code: 'forbidden' })

  expect(people(w).toSorted()).toEqual([1, 2])
})

test('whoever is gone does not come back into the deck', async () => {
  const refused = ['POST /api/matching/like']
  const [world] = await listed({ candidates: [1, 2].map(candidate), refused, refusal: 'user_not_found' })
  await using w = world
  await w.state.matching.candidates.load()

  await expect(w.state.matching.like(2)).rejects.toMatchObject({ code: 'user_not_found' })

  expect(people(w)).toEqual([1])
})

test('whoever was passed elsewhere is back in the deck too when that is undone', async () => {
  const [world, , lists] = await listed({ candidates: [candidate(2)] })
  await using w = world
  await w.state.matching.candidates.load()
  lists.candidates = [1, 2].map(candidate)

  await w.state.matching.undo()

  await until('the deck', () => people(w).length === 2)
  expect(people(w)).toEqual([1, 2])
})

test('matches come and go by frames, also while a page is on its way, and stand newest first', async () => {
  const [world, peer] = await listed({ matches: [match(5), match(4), match(3)] })
  await using w = world
  let open = () => {}
  w.gate = new Promise((resolve) => (open = resolve))
  const loaded = w.state.matching.matches.load()

  peer.send(
    { type: 'new_match', match: match(6) },
    { type: 'match_removed', match_id: 4, conversation_id: 4 * 256 },
  )
  await until('the frames', () => matches(w).length === 1)
  open()
  await loaded
  expect(matches(w)).toEqual([6, 5])
  peer.send({ type: 'new_match', match: match(2) }, { type: 'new_match', match: match(7) })
  await until('the newest', () => matches(w)[0] === 7)
  expect(matches(w)).toEqual([7, 6, 5])
  await w.state.matching.matches.loadMore()

  expect(matches(w)).toEqual([7, 6, 5, 3])
})

test('a notification counts once, however often it comes, and is read at once; a refusal shows what is true', async () => {
  const given = { notifications: [notification(2), notification(1)], unread_count: 2 }
  const [world, peer, lists] = await listed(given)
  await using w = world
  const unread = () => w.state.notifications.unread.get()
  const { read_at: _, ...third } = notification(3)
  await w.state.notifications.all.load()
  expect(unread()).toBe(2)

  peer.send({ type: 'notify', ...third }, { type: 'notify', ...third })
  await until('the third', () => unread() === 3)
  expect(notes(w)).toEqual([3, 2, 1])
  await w.state.notifications.markRead([2])
  expect(unread()).toBe(2)
  lists.refused = ['POST /api/notifications/read']
  const refused = w.state.notifications.markRead()
  expect(unread()).toBe(0)
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' })

  await until('what is true', () => unread() === 2)
})

test('lists are loaded again where a socket could not resume, and are empty for another person', async () => {
  const [world, peer, lists] = await listed({ matches: [match(5)] })
  await using w = world
  await w.state.matching.matches.load()
  lists.matches = [match(6)]

  peer.close(4010)
  const next = await w.gateway.accept()
  await next.welcome('c2')
  await until('the new list', () => matches(w)[0] === 6)
  expect(matches(w)).toEqual([6])
  await w.client.adopt({
    user: { ...ada, id: 999 },
    access_token: 'a',
    refresh_token: 'r',
    token_type: 'Bearer',
    expires_in: 600,
  })

  expect(matches(w)).toEqual([])
})
