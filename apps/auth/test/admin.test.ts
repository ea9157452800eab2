import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { logIn, userChanged } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, PASSWORD, startWorld, type World } from './world.ts'

const script = fileURLToPath(new URL('../src/admin.ts', import.meta.url))

let world: World
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

/** Runs the command beside the service; without lines its standard input stays open and says nothing. */
async function admin(args: string[], lines?: string, settings: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], DATABASE_URL: world.config.DATABASE_URL, ...settings }
  const child = spawn(process.execPath, ['--conditions=@parley/source', script, ...args], { env })
  const printed = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()))
  if (lines !== undefined) child.stdin.write(lines)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...printed }
}
const logInAs = (identifier: string, password: string) => world.bus.call(logIn, { identifier, password })
const auditOf = (username: string) =>
  world.query(
    'select actor_id, action, detail from audit join account on account.id = subject_id where username = $1',
    [username],
  )

test('S4: the first administrator chooses a password: the command takes it from the first line, and the others hear of the admin', async () => {
  const heard = world.hear(userChanged)

  expect(await admin(['create', 'root.ada'], 'a good password\n')).toEqual({
    code: 0,
    out: 'root.ada is an admin\n',
    err: '',
  })

  const { user } = await logInAs('root.ada', 'a good password')
  expect(user).toMatchObject({ username: 'root.ada', role: 'admin', first_name: '' })
  await eventually(() => expect(heard.map(({ card }) => card.id)).toEqual([user.id]))
  expect(await auditOf('root.ada')).toEqual([
    { actor_id: null, action: 'set_role', detail: { from: null, to: 'admin' } },
  ])
  const [{ password_hash } = {}] = await world.query("select password_hash from account where role = 'admin'")
  expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/)
})

test('it raises the person of that name, without asking for a password or changing it', async () => {
  const { username } = await world.person()
  const heard = world.hear(userChanged)

  const raised = await admin(['create', username])
  const again = await admin(['create', username], 'another password\n')

  expect(raised).toMatchObject({ code: 0, err: '' })
  expect(again).toEqual({ code: 0, out: `${username} is an admin already\n`, err: '' })
  expect((await logInAs(username, PASSWORD)).user.role).toBe('admin')
  expect(await codeOf(logInAs(username, 'another password'))).toBe('invalid_credentials')
  expect(await auditOf(username)).toEqual([
    { actor_id: null, action: 'set_role', detail: { from: 'user', to: 'admin' } },
  ])
  await eventually(() =>
    expect(heard.at(-1)).toMatchObject({ card: { username }, role: 'admin', version: 2 }),
  )
})

test.each([
  { what: 'a short password', args: ['create', 'nobody'], lines: 'short\n', says: /^password: .*8.*\n$/ },
  {
    what: 'a common one',
    args: ['create', 'nobody'],
    lines: 'password1\n',
    says: /^password: is one that everybody tries\n$/,
  },
  { what: 'an empty line', args: ['create', 'nobody'], lines: '\n', says: /^password: .*\n$/ },
  { what: 'a name that is none', args: ['create', 'No Body'], lines: '', says: /^username: only a–z.*\n$/ },
  { what: 'no name', args: ['create'], lines: '', says: /^usage: .*\n$/ },
  { what: 'another command', args: ['delete', 'nobody'], lines: '', says: /^usage: .*\n$/ },
])('with $what one line says what is wrong, and nothing is done', async ({ args, lines, says }) => {
  expect(await admin(args, lines)).toEqual({ code: 1, out: '', err: expect.stringMatching(says) })
  expect(await world.query("select id from account where username = 'nobody'")).toEqual([])
})

test('without a database one line says so', async () => {
  const nowhere = { DATABASE_URL: 'postgres://127.0.0.1:1/parley' }

  expect(await admin(['create', 'nobody'], 'a good password\n', nowhere)).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(/^connect ECONNREFUSED.*\n$/),
  })
})
