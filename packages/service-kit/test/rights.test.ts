// Who may say and hear what on NATS: each cell is tried on a real server with the users that it has in an installation.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { createUser } from '@nats-io/nkeys'
import { connect, nkeyAuthenticator } from '@nats-io/transport-node'
import { authorizationOf, makeNatsKeys, startNats } from '@parley/local-stack'
import {
  inboxPrefix,
  natsRights,
  natsUsers,
  sendMessage,
  subjects,
  userChanged,
  type NatsUser,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const stack = new AsyncDisposableStack()
let url: string
let open: (user?: NatsUser) => Promise<Client>

/** Ends with its test, unsubscribed: in a queue group that it stays in, it would take requests meant for others. */
interface Client extends AsyncDisposable {
  nats: NatsConnection
  /** What the server has refused, as `publish <subject>` or `subscription <subject>`. */
  refused: string[]
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-rights-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const keys = await makeNatsKeys(folder)
  const server = await startNats({ authorization: authorizationOf(keys.users) })
  stack.defer(server.stop)
  url = server.url
  open = async (user) => {
    const authenticator = user && nkeyAuthenticator(readFileSync(keys.seedFile(user)))
    const nats = await connect({
      ...{ servers: url, reconnect: false },
      ...(authenticator && { authenticator, inboxPrefix: inboxPrefix(user) }),
    })
    const refused: string[] = []
    void watch(nats, refused)
    return { nats, refused, [Symbol.asyncDispose]: () => nats.drain() }
  }
})
afterAll(() => stack.disposeAsync())

async function watch(nats: NatsConnection, refused: string[]): Promise<void> {
  for await (const status of nats.status()) {
    if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue
    refused.push(`${status.error.operation} ${status.error.subject}`)
  }
}

/** What was refused, once the server has seen all that was sent and exactly that much of it was. */
async function refusals({ nats, refused }: Client, count: number): Promise<string[]> {
  await nats.flush()
  // Told of beside the answer to the flush, a turn later.
  await eventually(() => expect(refused.length).toBeGreaterThanOrEqual(count))
  return refused.toSorted()
}

/** One that the pattern stands for. */
const sample = (pattern: string): string => pattern.replaceAll('*', '7').replace(/>$/, 'anything')
const matches = (pattern: string, subject: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.$]/g, String.raw`\$&`)
      .replaceAll('*', '[^.]+')
      .replace(/>$/, '.+')}$`,
  ).test(subject)

const everything = ['publish', 'subscribe'] as const
const others = [
  ...['anything', '$SYS.REQ.SERVER.PING', '$JS.API.STREAM.LIST', '$JS.API.STREAM.MSG.GET.LOG_AUTH'],
  ...['DELETE', 'PURGE'].map((verb) => `$JS.API.STREAM.${verb}.LOG_AUTH`),
  ...['CREATE.LOG_AUTH.stranger', 'DELETE.LOG_AUTH.messaging'].map((call) => `$JS.API.CONSUMER.${call}`),
  ...natsUsers.map((user) => `${inboxPrefix(user)}.anything`),
]
const patternsOf = (side: 'publish' | 'subscribe', user: NatsUser) =>
  natsRights(user)[side].map((entry) => entry.split(' ')[0] ?? '')
const samples = [
  ...new Set([
    ...everything.flatMap((side) => natsUsers.flatMap((user) => patternsOf(side, user))).map(sample),
    ...others,
  ]),
]

test.each(natsUsers)('T62: %s may say what is its own, and nothing that is another’s', async (user) => {
  await using client = await open(user)
  const own = patternsOf('publish', user)

  for (const subject of samples) client.nats.publish(subject)

  const expected = samples.filter((subject) => !own.some((pattern) => matches(pattern, subject)))
  expect(await refusals(client, expected.length)).toEqual(
    expected.map((subject) => `publish ${subject}`).toSorted(),
  )
  expect(samples.length - expected.length).toBeGreaterThanOrEqual(own.length)
})

test.each(natsUsers)('T62: %s may hear what is its own, and nothing that is another’s', async (user) => {
  await using client = await open(user)
  const entries = natsRights(user).subscribe.map((entry) => entry.split(' '))

  for (const [pattern = '', queue] of entries) client.nats.subscribe(pattern, queue ? { queue } : {})

  const foreign = samples.filter((subject) => !entries.some(([pattern = '']) => matches(pattern, subject)))
  const wide = ['>', '*.>', 'u.>', 'c.>', 'svc.>', 'evt.>', 'log.>', '_INBOX.>', '$JS.>', '$SYS.>'].filter(
    (pattern) => !entries.some(([own]) => own === pattern),
  )
  for (const subject of [...foreign, ...wide]) client.nats.subscribe(subject)
  expect(await refusals(client, foreign.length + wide.length)).toEqual(
    [...foreign, ...wide].map((one) => `subscription ${one}`).toSorted(),
  )
})

test('T62: a service answers a request once, and says nothing unasked where replies come', async () => {
  await using gateway = await open('gateway')
  await using auth = await open('auth')
  const subject = subjects.rpc('auth.log_in')
  auth.nats.subscribe(subject, {
    queue: 'auth',
    callback: (_, msg) => {
      msg.respond('first')
      msg.respond('second')
    },
  })
  await auth.nats.flush()

  const reply = await gateway.nats.request(subject, '', { timeout: 5_000 })
  expect(reply.string()).toBe('first')
  auth.nats.publish(`${inboxPrefix('gateway')}.guessed`, 'forged')
  expect(await refusals(auth, 2)).toEqual(
    [reply.subject, `${inboxPrefix('gateway')}.guessed`].map((one) => `publish ${one}`).toSorted(),
  )
})

test('T62: nobody hears the requests of a service but in its queue group', async () => {
  await using auth = await open('auth')

  auth.nats.subscribe('svc.auth.*')
  auth.nats.subscribe('svc.auth.log_in', { queue: 'another' })

  expect(await refusals(auth, 2)).toHaveLength(2)
})

test('T62: what a stolen key is worth, in the words of the threat', async () => {
  const gateway = natsRights('gateway').publish
  const messaging = natsRights('messaging').publish
  const may = (rights: readonly string[], subject: string) => rights.some((one) => matches(one, subject))

  expect(may(gateway, subjects.broadcast(userChanged.name))).toBe(false)
  expect(may(gateway, subjects.user(257, 'd'))).toBe(false)
  expect(may(messaging, subjects.log('auth'))).toBe(false)
  expect(may(natsRights('matching').publish, subjects.rpc(sendMessage.name))).toBe(false)
  for (const rights of natsUsers.map((user) => natsRights(user).publish)) {
    expect(rights.filter((one) => /PURGE|\.>$/.test(one) && !one.startsWith('$JS.ACK.'))).toEqual([])
  }
  const makers = natsUsers.filter((user) =>
    natsRights(user).publish.some((one) => /\.(?:CREATE|DELETE)\./.test(one)),
  )
  expect(makers).toEqual(['provisioner'])
})

test('T61: nobody is let in without a key, or with one that is not known', async () => {
  const stranger = nkeyAuthenticator(createUser().getSeed())

  await expect(open()).rejects.toThrow(/authorization/i)
  await expect(connect({ servers: url, reconnect: false, authenticator: stranger })).rejects.toThrow(
    /authorization/i,
  )
})
