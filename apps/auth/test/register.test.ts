import { logIn, register, userChanged } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, here, PASSWORD, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const create = (input: Record<string, unknown>) =>
  world.bus.call(register, { password: PASSWORD, ...input } as never, { client: here })

test('a person registers and is signed in', async () => {
  const tokens = await create({
    username: 'ada',
    email: 'Ada@Example.org',
    phone: '+33612345678',
    first_name: 'Ada',
    last_name: 'Lovelace',
  })

  expect(tokens).toEqual({
    user: {
      id: expect.any(Number),
      username: 'ada',
      first_name: 'Ada',
      last_name: 'Lovelace',
      profile_picture: null,
      email: 'ada@example.org',
      phone: '+33612345678',
      role: 'user',
      created_at: '2026-03-01T12:00:00.000Z',
    },
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 600,
  })
})

test('what is optional may be absent or null', async () => {
  const { user } = await create({ username: 'bare', email: null, phone: null, first_name: null })

  expect(user).toMatchObject({ email: null, phone: null, first_name: '', last_name: '' })
})

test('a user name, e-mail address or phone number in use is refused by its name', async () => {
  await create({ username: 'taken', email: 'taken@example.org', phone: '+33600000001' })

  expect(await codeOf(create({ username: 'taken' }))).toBe('username_taken')
  expect(await codeOf(create({ username: 'other', email: 'TAKEN@example.org' }))).toBe('email_taken')
  expect(await codeOf(create({ username: 'other', phone: '+33600000001' }))).toBe('phone_taken')
  expect(await codeOf(create({ username: 'other' }))).toBe('answered')
})

test.each([
  ['username', { username: 'ab' }],
  ['username', { username: 'Ada' }],
  ['username', {}],
  ['password', { username: 'wrong', password: 'short' }],
  ['password', { username: 'wrong', password: 'x'.repeat(129) }],
  ['password', { username: 'wrong', password: 12345678 }],
  ['email', { username: 'wrong', email: 'nobody' }],
  ['phone', { username: 'wrong', phone: '0612345678' }],
  ['first_name', { username: 'wrong', first_name: 'x'.repeat(65) }],
  ['first_name', { username: 'wrong', first_name: 'a\0b' }],
])('a wrong %s is refused, naming it', async (path, input) => {
  await expect(create(input)).rejects.toMatchObject({
    code: 'invalid',
    errors: [expect.objectContaining({ path })],
  })
})

test('T18: a password that everybody tries is refused', async () => {
  await expect(create({ username: 'weak', password: 'Password1' })).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path: 'password', message: expect.any(String) }],
  })
})

test('T18: the password is stored as argon2id with the parameters of the day', async () => {
  const { user } = await create({ username: 'stored' })

  const [row] = await world.query('select password_hash from account where id = $1', [user.id])
  expect(row!['password_hash']).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/)
})

test('T18: the whole of a long password counts', async () => {
  const start = 'a'.repeat(72)
  await create({ username: 'long', password: `${start}bcdefgh` })
  const attempt = (password: string) =>
    codeOf(world.bus.call(logIn, { identifier: 'long', password }, { client: here }))

  expect(await attempt(`${start}xxxxxxx`)).toBe('invalid_credentials')
  expect(await attempt(`${start}bcdefgh`)).toBe('answered')
})

test('of equal registrations at the same time one succeeds, and the others learn what is taken', async () => {
  const codes = await Promise.all(
    Array.from({ length: 8 }, () => codeOf(create({ username: 'race', email: 'race@example.org' }))),
  )
  const byEmail = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      codeOf(create({ username: `race-${i}`, email: 'race-2@example.org' })),
    ),
  )

  expect(codes.toSorted()).toEqual(['answered', ...Array<string>(7).fill('username_taken')])
  expect(byEmail.toSorted()).toEqual(['answered', ...Array<string>(7).fill('email_taken')])
})

test('an id that somebody has already is drawn again', async () => {
  // A sequence is not rolled back, so the first two inserts fail as they would on a taken id.
  await world.query(`create sequence draws`)
  await world.query(`create function taken() returns trigger language plpgsql as $$ begin
    if nextval('auth.draws') <= 2 then raise unique_violation using constraint = 'account_pkey'; end if;
    return new;
  end $$`)
  await world.query('create trigger taken before insert on account for each row execute function taken()')

  expect(await codeOf(create({ username: 'third.draw' }))).toBe('answered')
  expect(await world.query('select last_value from draws')).toEqual([{ last_value: '3' }])
})

test('everybody hears of a new person, and nobody of a refused one', async () => {
  const heard = world.hear(userChanged)

  const { user } = await create({ username: 'announced', first_name: 'Ann' })
  await codeOf(create({ username: 'announced' }))

  const card = { id: user.id, username: 'announced', first_name: 'Ann', last_name: '', profile_picture: null }
  await eventually(() => expect(heard).toContainEqual({ card, role: 'user', version: 1 }))
  expect(heard.filter(({ card: { username } }) => username === 'announced')).toHaveLength(1)
})

test('a network may register hundreds of people at once, and no more than that', async () => {
  const client = { address: '2001:db8::7' }
  const neighbour = { address: '2001:db8::ffff:8' }
  await create({ username: 'crowd' })
  // Refused after the limit is counted and before any hashing.
  const attempt = (from: typeof client) =>
    world.bus.call(register, { username: 'crowd', password: PASSWORD }, { client: from })

  const codes: string[] = []
  for (let i = 0; i < 300; i++) codes.push(await codeOf(attempt(client)))

  expect(new Set(codes)).toEqual(new Set(['username_taken']))
  await expect(attempt(neighbour)).rejects.toMatchObject({ code: 'rate_limited', retry_after_ms: 500 })
  expect(await codeOf(attempt({ address: '2001:db8:0:1::7' }))).toBe('username_taken')
  world.clock.advance(1)
  expect(await codeOf(attempt(client))).toBe('username_taken')
})
