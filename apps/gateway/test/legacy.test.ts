import {
  attach,
  dialects,
  listMembers,
  listNewerMessages,
  markRead,
  redeemTicket,
  sendMessage,
  sessionEnded,
  setTyping,
  subjects,
  sync,
  type Message,
  type Output,
} from '@parley/protocol'
import { handle, handleFrames, RpcError } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Frame, TestSocket } from './test-socket.ts'
import { ada, ben, card, startWorld, type World } from './world.ts'

const here = 7 * 256 + 9
const AT = '2026-01-02T03:04:05.678Z'
let world: World
/** What messaging was asked. */
let sends: { client_id?: string | undefined; content?: string | undefined }[]
let read: (number | undefined)[]
let typing: boolean[]
/** What it answers: how often it cannot be reached first, and what a replay and a look for newer messages bring. */
let outages: number
let replayed: string[]
let syncs: number
let newer: Message[]
let onNewer: () => Promise<void>
let onAttach: () => Promise<void>

beforeAll(async () => {
  world = await startWorld({
    handlers: [
      handle(redeemTicket, async ({ ticket }, { fail }) => {
        if (ticket !== 'good') throw fail('ticket_invalid')
        return { user_id: ada, session_id: 'by-ticket', role: 'user' as const, expires_at: 1 }
      }),
      handle(listMembers, async () => ({ items: [], next_cursor: null })),
      handle(listNewerMessages, async () => {
        await onNewer()
        return { items: newer, has_more: false }
      }),
      handleFrames(sync, async ({ cursor }) => {
        if (cursor !== undefined) syncs++
        const frames = cursor === undefined ? [] : replayed
        return { output: { cursor: cursor ?? 'c0', epoch: 'e1', continuation: null }, frames }
      }),
    ],
    lanes: [
      handle(attach, async ({ conversation_id }, { fail }) => {
        await onAttach()
        if (conversation_id !== here) throw fail('conversation_not_found')
        return { conversation_id, rev: 5 }
      }),
      handle(sendMessage, async (input): Promise<Output<typeof sendMessage>> => {
        sends.push(input)
        if (outages-- > 0) throw new RpcError('unavailable')
        const message = said(6, { client_id: input.client_id ?? null, content: input.content ?? '' })
        const { id: message_id, conversation_id, seq, rev, created_at, client_id } = message
        return { client_id, message_id, conversation_id, seq, rev, created_at, duplicate: false, message }
      }),
      handle(setTyping, async ({ is_typing }) => {
        typing.push(is_typing)
        return {}
      }),
      handle(markRead, async ({ message_id }) => {
        read.push(message_id)
        return { conversation_id: here, read_seq: 1, delivered_seq: 1, unread_count: 0 }
      }),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  onNewer = onAttach = async () => undefined
  ;[sends, read, typing, outages, replayed, syncs, newer] = [[], [], [], 0, [], 0, []]
})

/** The message whose only or last change has this `rev`; its place in the conversation is the same number. */
const said = (rev: number, more: Partial<Message> = {}): Message => ({
  ...{ id: rev * 256 + 9, conversation_id: here, seq: rev, rev, client_id: null, kind: 'text' },
  ...{ content: `m${rev}`, sender: card(ben), parent_message_id: null, attachments: [], reactions: {} },
  ...{ reply_count: 0, mentions: [], quote: null, forwarded_from: null, system: null },
  ...{ created_at: new Date().toISOString(), is_edited: false, edited_at: null, is_deleted: false },
  ...more,
})
const frameOf = (message: Message): string => {
  const { conversation_id, seq, rev } = message
  return JSON.stringify({ type: 'chat_message', conversation_id, seq, rev, message })
}
const tell = (...frames: string[]): void => world.bus.nats.publish(subjects.user(ada, 'd'), frames.join('\n'))
const open = async (path: string, more = ''): Promise<TestSocket> => {
  const token = await world.issuer.token(ada)
  return world.connect({ path: `${path}?token=${token}${more}` })
}
/** Once it answers, all that was told before has come. */
const settled = async (socket: TestSocket): Promise<void> => {
  await world.bus.nats.flush()
  socket.send({ type: 'ping' })
  await socket.next('pong')
}
const contents = ({ frames }: TestSocket): unknown[] =>
  frames
    .filter(({ type }) => type === 'chat_message')
    .map(({ message }) => (message as { content: string }).content)

test.each(
  Object.values(dialects).flatMap(({ name, sockets }) =>
    sockets.flatMap(({ path, isRootDefault }) => [
      `/${name}${path}`,
      `${path}?dialect=${name}`,
      ...(isRootDefault ? [path] : []),
    ]),
  ),
)('a socket opens at %s, with and without the slash', async (address) => {
  const token = await world.issuer.token(ada)
  const filled = address.replace('{conversation_id}', String(here))
  const [path = '', query = ''] = filled.split('?')
  for (const written of [path, path.slice(0, -1)]) {
    await using socket = await world.connect({ path: `${written}?${query}&token=${token}` })
    socket.send({ type: 'no such type' })
    expect(await socket.next('error')).toEqual({
      ...{ type: 'error', code: 'invalid' },
      error: 'type is not a known type of frame',
    })
  }
})

test.each([
  '/ws/nothing/',
  '/ws/chat/?dialect=support',
  '/ws/chat/7/?dialect=school',
  '/ws/chat/?dialect=klingon',
  '/school/ws/messaging/',
  '/marketplace/ws/',
  '/dating/ws/conversations/',
])('%s answers 404 before the upgrade', async (path) => {
  await expect(world.connect({ path })).rejects.toMatchObject({ status: 404 })
})

test('T05: a legacy socket of a page that may not call is refused before the upgrade', async () => {
  const headers = { origin: 'https://evil.example' }
  await expect(world.connect({ path: '/ws/chat/?token=x', headers })).rejects.toMatchObject({ status: 403 })
})

test('T04: a legacy socket without a good token is closed 4401, one of a conversation that is not theirs 4404', async () => {
  const codeOf = async (path: string): Promise<number> => {
    await using socket = await world.connect({ path })
    return (await socket.closed).code
  }
  const token = await world.issuer.token(ada)

  expect(await codeOf('/ws/chat/')).toBe(4401)
  expect(await codeOf('/ws/chat/?token=')).toBe(4401)
  expect(await codeOf('/ws/chat/?token=bad')).toBe(4401)
  expect(await codeOf(`/ws/chat/?token=${token.slice(0, -3)}`)).toBe(4401)
  expect(await codeOf(`/ws/chat/${here + 256}/?token=${token}`)).toBe(4404)
  expect(await codeOf(`/ws/chat/undefined/?token=${token}`)).toBe(4404)
})

test('a legacy socket is open once nothing can be missed: what is said from then on arrives', async () => {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  onAttach = () => {
    asked.resolve()
    return answered.promise
  }
  const opening = open(`/ws/chat/${here}/`)
  let isOpen = false
  opening.then(() => (isOpen = true)).catch(() => undefined)
  await asked.promise
  await world.bus.nats.flush()
  const wasOpen = isOpen
  answered.resolve()
  await using socket = await opening
  tell(frameOf(said(6)))
  await settled(socket)

  expect(wasOpen).toBe(false)
  expect(contents(socket)).toEqual(['m6'])
})

test('T04: a ticket opens a legacy socket', async () => {
  await using socket = await world.connect({ path: '/ws/chat/?token=good' })
  socket.send({ type: 'ping' })

  expect(await socket.next('pong')).toEqual({ type: 'pong' })
})

test('T04: over HTTP a token in the address is none', async () => {
  const token = await world.issuer.token(ada)

  expect((await world.call(`/api/users/me?token=${token}`)).status).toBe(401)
  expect((await world.call(`/api/users/me?token=${token}x`, { token })).status).toBe(200)
})

test('T04, T13: a legacy socket ends with its session, not with its token', async () => {
  const token = await world.issuer.token(ada, { sid: 'short', exp: 1, iat: -5 })
  await using socket = await world.connect({ path: `/ws/chat/?token=${token}` })
  await new Promise((resolve) => setTimeout(resolve, 7_000))
  socket.send({ type: 'ping' })
  await socket.next('pong')

  const ended = { user_id: ada, session_ids: ['short'] }
  world.bus.nats.publish(subjects.broadcast(sessionEnded.name), JSON.stringify(ended))

  expect((await socket.closed).code).toBe(4403)
})

test('whoever is removed from a conversation loses its socket', async () => {
  await using socket = await open(`/ws/chat/${here}/`)
  await settled(socket)

  world.bus.nats.publish(subjects.user(ada, 'c'), JSON.stringify({ detach: here }))

  expect((await socket.closed).code).toBe(4404)
})

test('a message comes once, whatever the bus does, and nothing of other conversations', async () => {
  await using socket = await open(`/ws/chat/${here}/`)
  await settled(socket)
  tell(frameOf(said(6)), frameOf(said(7)))
  tell(frameOf(said(6)), frameOf(said(1, { conversation_id: here + 256 })))
  tell(frameOf(said(5)), frameOf(said(8)))
  await eventually(() => expect(contents(socket)).toContain('m8'))

  expect(contents(socket)).toEqual(['m6', 'm7', 'm8'])
})

test('what is missing between two changes is fetched first, and told in the order of the conversation', async () => {
  const edited = { is_edited: true, edited_at: AT }
  replayed = [
    said(8),
    said(9, { seq: 6, id: 6 * 256 + 9, ...edited, content: 'm6 edited' }),
    said(10, { seq: 7, id: 7 * 256 + 9, ...edited, content: 'm7 edited' }),
    said(11, { reactions: { '👍': [ben] } }),
  ].map(frameOf)
  await using socket = await open(`/ws/chat/${here}/`)
  await settled(socket)
  tell(frameOf(said(6)))
  tell(frameOf(said(12)))
  await eventually(() => expect(contents(socket)).toContain('m12'))

  expect(syncs).toBe(1)
  expect(contents(socket)).toEqual(['m6', 'm7 edited', 'm8', 'm11', 'm12'])
  expect(socket.frames.filter(({ type }) => type !== 'pong').map(({ type }) => type)).toEqual([
    ...['chat_message', 'message_edit', 'chat_message', 'chat_message', 'chat_message', 'message_reaction'],
    'chat_message',
  ])
})

test('what is new in a large conversation, whose members are told only that there is something, is fetched and told once', async () => {
  replayed = [frameOf(said(6)), frameOf(said(7))]
  const bump = JSON.stringify({ type: 'bump', conversation_id: here, last_seq: 7, last_rev: 7 })
  await using socket = await open('/ws/messaging/')
  const told = () => socket.frames.filter(({ type }) => type === 'message')
  for (let i = 0; i < 3; i++) {
    world.bus.nats.publish(subjects.user(ada, 'b'), bump)
    await eventually(() => expect(told()).toHaveLength(2))
  }
  tell(frameOf(said(8)))
  await eventually(() => expect(told()).toHaveLength(3))

  expect(told().map(({ data }) => (data as Message).content)).toEqual(['m6', 'm7', 'm8'])
  expect(syncs).toBe(1)
})

test('what is newer than a message comes first, then what is live, without gap or double', async () => {
  const edited = said(9, { seq: 6, id: 6 * 256 + 9, content: 'm6 edited' })
  newer = [edited, said(7), said(8)]
  onNewer = async () => {
    tell(frameOf(said(8)))
    tell(frameOf(edited), frameOf(said(10)))
    await world.bus.nats.flush()
  }
  await using socket = await open(`/ws/chat/${here}/`, '&since=1289')
  await eventually(() => expect(contents(socket)).toContain('m10'))

  expect(contents(socket)).toEqual(['m6 edited', 'm7', 'm8', 'm10'])
})

test('a send that cannot be done yet is repeated with the same id, in order, and nobody hears of it', async () => {
  const counted = (outcome: string): Promise<number> =>
    world.metric('parley_commands_total', `type="chat_message",outcome="${outcome}"`)
  const before = [await counted('done'), await counted('failed')]
  outages = 2
  await using socket = await open('/school/ws/chat/')
  socket.send({ receiver_id: String(ben), message: 'one' })
  socket.send({ receiver_id: ben, message: 'two' })
  await socket.next('message_sent')
  await socket.next('message_sent')

  expect(sends.map(({ content }) => content)).toEqual(['one', 'one', 'one', 'two'])
  expect(new Set(sends.map(({ client_id }) => client_id)).size).toBe(2)
  expect(socket.frames.map(({ type }) => type)).toEqual(['message_sent', 'message_sent'])
  // One that has worked in the end is no failure.
  expect([await counted('done'), await counted('failed')]).toEqual([before[0]! + 2, before[1]])
})

test('a send that cannot be done for ten seconds is answered by an error, and the next one is tried', async () => {
  outages = Infinity
  await using socket = await open('/school/ws/chat/')
  const startedAt = performance.now()
  socket.send({ receiver_id: ben, message: 'in vain' })
  await eventually(() => expect(socket.frames).toHaveLength(1), { timeoutMs: 20_000 })
  const tookMs = performance.now() - startedAt
  outages = 0
  socket.send({ receiver_id: ben, message: 'again' })
  await socket.next('message_sent')

  expect(socket.frames[0]).toMatchObject({ type: 'error', code: 'unavailable', error: expect.any(String) })
  // Not before: a service that is started again has most of that time to come back.
  expect(tookMs).toBeGreaterThan(9_000)
  expect(new Set(sends.map(({ client_id }) => client_id)).size).toBe(2)
})

test('S3: the socket that sent is told message_sent, the other sockets of the person the message', async () => {
  await using socket = await open('/school/ws/chat/')
  await using other = await open('/school/ws/chat/')
  await Promise.all([settled(socket), settled(other)])
  socket.send({ receiver_id: ben, message: 'hello' })
  const sent = await socket.next('message_sent')
  const { client_id = '' } = sends[0] ?? {}
  tell(frameOf(said(6, { sender: card(ada), client_id, content: 'hello' })))
  await settled(socket)

  expect(sent).toEqual({ type: 'message_sent', id: 6 * 256 + 9 })
  expect(await other.next('chat_message')).toMatchObject({ id: sent['id'], sender_id: ada, message: 'hello' })
  expect(socket.frames.some(({ type }) => type === 'chat_message')).toBe(false)
})

test('thousands of receipts and signs of typing are a few requests, and no flood', async () => {
  await using socket = await open(`/ws/chat/${here}/`)
  for (let i = 1; i <= 3_000; i++) {
    socket.send({ type: 'read_receipt', message_id: ((i % 200) + 1) * 256 + 9 })
    socket.send({ type: 'typing_indicator', is_typing: true })
  }
  socket.send({ type: 'typing_indicator', is_typing: false })
  await settled(socket)
  await eventually(() => expect(read).toContain(200 * 256 + 9))
  await eventually(() => expect(typing).toEqual([true, false]))

  expect(read.length).toBeLessThan(250)
  expect(socket.frames.filter(({ type }: Frame) => type !== 'pong')).toEqual([])
})

test('a legacy socket that floods is told so, counted and closed, as a native one is', async () => {
  const refused = (): Promise<number> => world.metric('ratelimit_rejections_total', 'rule="frame"')
  const before = await refused()
  await using socket = await open('/ws/messaging/')
  const flooding = setInterval(() => {
    for (let i = 0; i < 500; i++) socket.send({ type: 'no such type' })
  }, 100)
  const { code } = await socket.closed
  clearInterval(flooding)

  expect(code).toBe(4029)
  expect(socket.frames).toContainEqual(expect.objectContaining({ type: 'error', code: 'rate_limited' }))
  expect(await refused()).toBeGreaterThan(before)
})

test('a frame that is no JSON closes 4400', async () => {
  await using socket = await open('/ws/messaging/')
  socket.send('no json')

  expect((await socket.closed).code).toBe(4400)
})
