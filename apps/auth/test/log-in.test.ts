import { hash } from '@node-rs/argon2'
import { changePassword, listSessions, logIn } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callerOf, codeOf, here, PASSWORD, startWorld, type World } from './world.ts'

let world: World
let networks = 0
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

/** A network of its own, so that one test's failures do not count in another. */
const somewhere = () => ({ address: `203.0.113.${++networks}`, device: 'Test/1.0' })
const attempt = (identifier: string, password: string, client = somewhere()) =>
  world.bus.call(logIn, { identifier, password }, { client })

async function failTimes(count: number, identifier: string, client: ReturnType<typeof somewhere>) {
  const codes: string[] = []
  for (let i = 0; i < count; i++) codes.push(await codeOf(attempt(identifier, 'wrong password', client)))
  return codes
}

test('a person logs in by username, e-mail address or phone number', async () => {
  const { user } = await world.person({ username: 'ada', email: 'ada@example.org', phone: '+33600000001' })

  for (const identifier of ['ada', 'Ada', 'ADA@example.org', '+33600000001']) {
    const tokens = await attempt(identifier, PASSWORD)
    expect(tokens).toMatchObject({ user, token_type: 'Bearer', expires_in: 600 })
  }
})

test('each log-in opens a session of its own, with its device', async () => {
  const { username } = await world.person()

  const one = await attempt(username, PASSWORD, { ...somewhere(), device: 'Phone/1.0' })
  const two = await attempt(username, PASSWORD, { ...somewhere(), device: 'Desk/1.0' })

  const { items } = await world.bus.call(listSessions, {}, { caller: callerOf(two) })
  expect(callerOf(one).session_id).not.toBe(callerOf(two).session_id)
  expect(new Set(items.map(({ device }) => device))).toEqual(new Set(['Desk/1.0', 'Phone/1.0', 'Test/1.0']))
})

test('T17: an unknown name and a wrong password answer the same, and both are hashed', async () => {
  const { username } = await world.person()
  const answer = (identifier: string) =>
    attempt(identifier, 'wrong password').catch((err: { toJSON: () => unknown }) => err.toJSON())

  expect(await answer('nobody')).toEqual(await answer(username))
  expect(await answer('nobody')).toEqual({ code: 'invalid_credentials' })

  // Where two may hash or wait for it, others are refused: who is not hashed would never be.
  await using busy = await startWorld({ HASH_CONCURRENCY: 1, HASH_QUEUE: 1 })
  const names = Array.from({ length: 20 }, (_, i) => `nobody${i}`)
  const tries = await Promise.all(
    names.map((identifier) =>
      codeOf(busy.bus.call(logIn, { identifier, password: 'wrong' }, { client: somewhere() })),
    ),
  )
  expect(new Set(tries)).toEqual(new Set(['invalid_credentials', 'unavailable']))
})

test('T16: a few wrong passwords are free, then each makes the wait longer', async () => {
  const { username } = await world.person()
  const client = somewhere()

  expect(await failTimes(5, username, client)).toEqual(Array(5).fill('invalid_credentials'))
  await expect(attempt(username, PASSWORD, client)).rejects.toMatchObject({
    code: 'rate_limited',
    retry_after_ms: 2_000,
  })
  world.clock.advance(2)
  expect(await failTimes(2, username, client)).toEqual(['invalid_credentials', 'rate_limited'])
  world.clock.advance(3.9)
  expect(await codeOf(attempt(username, PASSWORD, client))).toBe('rate_limited')
  world.clock.advance(0.1)
  expect(await codeOf(attempt(username, PASSWORD, client))).toBe('answered')
  expect(await failTimes(5, username, client)).toEqual(Array(5).fill('invalid_credentials'))
})

test('T16: whoever is elsewhere logs in while somebody guesses at their account', async () => {
  const { username } = await world.person()
  const attacker = somewhere()

  expect((await failTimes(10, username, attacker)).at(-1)).toBe('rate_limited')
  expect(await codeOf(attempt(username, PASSWORD))).toBe('answered')
})

test('T16: an unknown name is limited as a known one is', async () => {
  const { username } = await world.person()

  expect(await failTimes(7, 'nobody-at-all', somewhere())).toEqual(await failTimes(7, username, somewhere()))
})

test('T16: one network gets 30 wrong log-ins, however many accounts it tries', async () => {
  const { username } = await world.person()
  const client = somewhere()

  const codes = await each(40, (i) => codeOf(attempt(`victim-${i}`, 'wrong password', client)))

  expect(codes).toEqual([...Array(30).fill('invalid_credentials'), ...Array(10).fill('rate_limited')])
  await expect(attempt(username, PASSWORD, client)).rejects.toMatchObject({ retry_after_ms: 10_000 })
  expect(await codeOf(attempt(username, PASSWORD))).toBe('answered')
})

test('T16: parallel tries do not slip through a limit', async () => {
  const { username } = await world.person()
  const client = somewhere()

  const codes = await Promise.all(
    Array.from({ length: 12 }, () => codeOf(attempt(username, 'wrong password', client))),
  )

  expect(codes.filter((code) => code === 'invalid_credentials')).toHaveLength(5)
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(7)
})

test('right passwords are not counted, however many at once', async () => {
  // The fourth failure would be one too many here.
  await using strict = await startWorld({ ADDRESS_LIMIT_FACTOR: 0.1 })
  const { username } = await strict.person()

  const codes = await Promise.all(
    Array.from({ length: 8 }, () =>
      codeOf(strict.bus.call(logIn, { identifier: username, password: PASSWORD }, { client: here })),
    ),
  )

  expect(codes).toEqual(Array(8).fill('answered'))
})

test('a hash made with weaker parameters is replaced at the next log-in', async () => {
  const { username, user } = await world.person()
  const weak = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 1, parallelism: 1 })
  await world.query('update account set password_hash = $1 where id = $2', [weak, user.id])

  await attempt(username, PASSWORD)

  const [row] = await world.query('select password_hash from account where id = $1', [user.id])
  expect(row!['password_hash']).toMatch(/m=47104,t=1,p=1/)
  expect(await codeOf(attempt(username, PASSWORD))).toBe('answered')
})

test('a password that is changed while somebody logs in with it leaves no session of theirs open', async () => {
  const { username, caller } = await world.person()
  const change = world.bus.call(
    changePassword,
    { current_password: PASSWORD, new_password: 'another good one' },
    { caller, client: somewhere() },
  )
  const racing = Array.from({ length: 6 }, () => codeOf(attempt(username, PASSWORD)))
  await change
  await Promise.all(racing)

  const { items } = await world.bus.call(listSessions, {}, { caller })
  expect(items.map(({ id }) => id)).toEqual([caller.session_id])
})

test('a thousand sessions are kept: another log-in ends the one that was used least recently', async () => {
  const { username, caller, user } = await world.person()
  await world.query(
    `insert into session (id, user_id, family_hash, token_hash, created_at, last_used_at, expires_at)
     select 'filler-' || n, $1, 'filler-' || n, '', $2::timestamptz, $2::timestamptz + n * interval '1 s', $2::timestamptz + interval '7 d'
     from generate_series(1, 999) n`,
    [user.id, world.clock.now()],
  )

  const { items: before } = await world.bus.call(listSessions, {}, { caller })
  const latest = await attempt(username, PASSWORD)

  const { items: after } = await world.bus.call(listSessions, {}, { caller: callerOf(latest) })
  expect(before).toHaveLength(1_000)
  expect(after).toHaveLength(1_000)
  expect(after.map(({ id }) => id)).not.toContain(caller.session_id)
})

async function each<T>(count: number, run: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await run(i))
  return results
}
