import { getMe, getUser, listCards, searchUsers, updateMe, userChanged, type Card } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, startWorld, type Person, type World } from './world.ts'

let world: World
let me: Person
beforeAll(async () => {
  world = await startWorld()
  me = await world.person({ username: 'myself', email: 'me@example.org' })
})
afterAll(() => world[Symbol.asyncDispose]())

const change = (input: Record<string, unknown>, { caller } = me) =>
  world.bus.call(updateMe, input as never, { caller })
const search = (q: string, more: { limit?: number; cursor?: string } = {}) =>
  world.bus.call(searchUsers, { q, ...more }, { caller: me.caller })
const found = async (q: string) => (await search(q)).items.map(({ username }) => username)
/** The cards that were broadcast of one person since the call. */
const listen = () => {
  const heard = world.hear(userChanged)
  return ({ user }: Person) => heard.map(({ card }) => card).filter(({ id }) => id === user.id)
}
const cardOf = ({ user: { id, username, first_name, last_name, profile_picture } }: Person): Card => ({
  id,
  username,
  first_name,
  last_name,
  profile_picture,
})

test('a person sees their account, and others see its card', async () => {
  expect(await world.bus.call(getMe, {}, { caller: me.caller })).toEqual(me.user)

  const other = await world.person({ email: 'other@example.org' })
  const card = await world.bus.call(getUser, { user_id: other.user.id }, { caller: me.caller })
  expect(card).toEqual(cardOf(other))
})

test('who does not exist is not found', async () => {
  const call = (user_id: number) => codeOf(world.bus.call(getUser, { user_id }, { caller: me.caller }))

  expect(await call(1)).toBe('user_not_found')
  expect(await call(2 ** 53 - 1)).toBe('user_not_found')
})

test('a call on nobody’s behalf is refused', async () => {
  for (const rpc of [getMe, updateMe]) {
    expect(await codeOf(world.bus.call(rpc, {}))).toBe('unauthenticated')
  }
  const caller = { user_id: 7, session_id: 'gone', role: 'user' as const }
  expect(await codeOf(world.bus.call(getMe, {}, { caller }))).toBe('unauthenticated')
  expect(await codeOf(world.bus.call(updateMe, { first_name: 'X' }, { caller }))).toBe('unauthenticated')
})

test('a person changes what they give and nothing else, and everybody hears of the card', async () => {
  const heardOf = listen()
  const person = await world.person({ first_name: 'Ada', last_name: 'Byron', phone: '+33600000009' })
  const profile_picture = 'https://example.org/ada.png'

  const user = await change({ last_name: 'Lovelace', profile_picture }, person)

  expect(user).toEqual({ ...person.user, last_name: 'Lovelace', profile_picture })
  expect(await world.bus.call(getMe, {}, { caller: person.caller })).toEqual(user)
  const card = { ...cardOf(person), last_name: 'Lovelace', profile_picture }
  await eventually(() => expect(heardOf(person)).toEqual([cardOf(person), card]))
  expect(await change({ profile_picture: '', first_name: null }, person)).toMatchObject({
    first_name: 'Ada',
    profile_picture: null,
  })
})

test('a change that others cannot see is told to nobody', async () => {
  const heardOf = listen()
  const person = await world.person()

  const user = await change({ email: 'New@Example.org', phone: '+33600000010' }, person)
  await change({ first_name: 'Last' }, person)

  expect(user).toMatchObject({ email: 'new@example.org', phone: '+33600000010' })
  await eventually(() => expect(heardOf(person).map(({ first_name }) => first_name)).toEqual(['', 'Last']))
})

test("another person's e-mail address or phone number cannot be taken", async () => {
  const person = await world.person({ email: 'hers@example.org', phone: '+33600000011' })

  expect(await codeOf(change({ email: 'HERS@example.org' }))).toBe('email_taken')
  expect(await codeOf(change({ phone: '+33600000011', first_name: 'Thief' }))).toBe('phone_taken')
  expect(await codeOf(change({ email: 'hers@example.org' }, person))).toBe('answered')
  expect(await world.bus.call(getMe, {}, { caller: me.caller })).toEqual(me.user)
})

test.each([
  ['profile_picture', 'javascript:alert(1)'],
  ['email', 'nobody'],
  ['first_name', 7],
])('a wrong %s is refused, naming it', async (field, value) => {
  await expect(change({ [field]: value })).rejects.toMatchObject({
    code: 'invalid',
    errors: [expect.objectContaining({ path: field })],
  })
})

test('cards come for those who exist', async () => {
  const people = [await world.person(), await world.person()]
  const ids = people.map(({ user }) => user.id)

  const { items } = await world.bus.call(listCards, { user_ids: [...ids, 12_345, ids[0]!] })

  const byId = (a: Card, b: Card) => a.id - b.id
  expect(items.toSorted(byId)).toEqual(people.map(cardOf).toSorted(byId))
  expect(await world.bus.call(listCards, { user_ids: [] })).toEqual({ items: [] })
})

test('people are found by the beginning of their username or name, in any letter case', async () => {
  await world.person({ username: 'grace.h', first_name: 'Grace', last_name: 'Hopper' })
  await world.person({ username: 'mary_s', first_name: 'Mary', last_name: 'Gracewell' })
  await world.person({ username: 'xgrace', first_name: 'Élodie', last_name: 'Du Châtelet' })

  expect(await found('GRACE')).toEqual(['grace.h', 'mary_s'])
  expect(await found('grace h')).toEqual(['grace.h'])
  expect(await found('ÉLO')).toEqual(['xgrace'])
  expect(await found('du ch')).toEqual(['xgrace'])
  expect(await found('nobody')).toEqual([])
})

test('what has a meaning in a pattern has none in a search', async () => {
  await world.person({ username: 'a_b', first_name: '100%', last_name: 'back\\slash' })
  await world.person({ username: 'axb', first_name: '100x', last_name: 'backxslash' })

  expect(await found('a_b')).toEqual(['a_b'])
  expect(await found('100%')).toEqual(['a_b'])
  expect(await found('back\\')).toEqual(['a_b'])
  for (const q of ['%', '_', '\\', ' ', "'; drop table account; --"]) expect(await found(q)).toEqual([])
})

test('a name that changed is found as it is now', async () => {
  const person = await world.person({ username: 'renamed', first_name: 'Before' })

  await change({ first_name: 'After' }, person)

  expect(await found('before')).toEqual([])
  expect(await found('after')).toEqual(['renamed'])
})

test('a search goes on from its cursor, each person once', async () => {
  for (let i = 0; i < 7; i++)
    await world.person({ username: `zoe-${i}`, first_name: 'Zoe', last_name: 'Zoe' })

  const usernames: string[] = []
  let cursor: string | null = null
  let pages = 0
  do {
    const page: Awaited<ReturnType<typeof search>> = await search('zoe', {
      limit: 3,
      ...(cursor && { cursor }),
    })
    usernames.push(...page.items.map(({ username }) => username))
    cursor = page.next_cursor
    pages++
  } while (cursor !== null)

  expect(usernames).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `zoe-${i}`))
  expect(pages).toBe(3)
  expect((await search('zoe', { limit: 7 })).next_cursor).toBeNull()
})

test('whoever is found by their username comes before those found by a name, and nobody comes twice', async () => {
  const names = [
    { username: 'quill-b', first_name: 'Quill', last_name: 'Quill' },
    { username: 'quill-a' },
    { username: 'zz-last', last_name: 'Quillon' },
    { username: 'zz-name-b', first_name: 'Quillan', last_name: 'Quillon' },
    { username: 'zz-name-a', first_name: 'Quilla' },
    { username: 'zz-same-1', first_name: 'Quill', last_name: 'X' },
    { username: 'zz-same-2', first_name: 'Quill', last_name: 'X' },
  ]
  for (const fields of names) await world.person(fields)

  const whole = await found('quill')
  const onePage = async (cursor?: string) => search('quill', { limit: 1, ...(cursor && { cursor }) })
  const oneByOne: string[] = []
  for (let page = await onePage(); ; page = await onePage(page.next_cursor!)) {
    oneByOne.push(...page.items.map(({ username }) => username))
    if (page.next_cursor === null) break
  }

  expect(whole.slice(0, 2)).toEqual(['quill-a', 'quill-b'])
  expect(new Set(whole.slice(2, 4))).toEqual(new Set(['zz-same-1', 'zz-same-2']))
  expect(whole.slice(4)).toEqual(['zz-name-a', 'zz-name-b', 'zz-last'])
  expect(oneByOne).toEqual(whole)
})

test('the longest names page as others do', async () => {
  for (const first_name of ['語'.repeat(64), `${'語'.repeat(63)}"`]) {
    await world.person({ first_name, last_name: '"'.repeat(64) })
  }

  const first = await search('語', { limit: 1 })
  const second = await search('語', { limit: 1, cursor: first.next_cursor! })

  expect(second.items).toHaveLength(1)
  expect(second.items).not.toEqual(first.items)
  expect(second.next_cursor).toBeNull()
})

test('a wrong cursor or limit is refused, naming it', async () => {
  const forged = Buffer.from('[0,"x","1"]').toString('base64url')
  for (const cursor of ['***', 'em9l', forged]) {
    await expect(search('zoe', { cursor })).rejects.toMatchObject({
      code: 'invalid',
      errors: [expect.objectContaining({ path: 'cursor' })],
    })
  }
  await expect(search('zoe', { limit: 201 })).rejects.toMatchObject({ code: 'invalid' })
  await expect(search('')).rejects.toMatchObject({ code: 'invalid' })
})
