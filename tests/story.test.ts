import { randomUUID } from 'node:crypto'
import type { Candidate, Conversation, Match, Message, Tokens } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk, type Problem } from './client/http.ts'
import {
  like,
  listConversations,
  listMatches,
  listMessages,
  match,
  register,
  sendOverHttp,
  type Person,
} from './client/people.ts'
import { draft, matchedPair, talkingPair, twoPeople } from './client/pairs.ts'
import { cursorOf, openSession, openSocket, type Socket } from './client/socket.ts'

let system: System
let here: string
let there: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
})
afterAll(() => system[Symbol.asyncDispose]())

const contents = (socket: Socket): string[] =>
  socket.of('chat_message').map(({ message }) => (message as Message).content)

const pathsOf = (refusal: object): string[] => (refusal as Problem).errors!.map(({ path }) => path).toSorted()

test('S1: the story of two people runs over real sockets: a registration gives an account and a session that works at each gateway', async () => {
  const username = `eve-${randomUUID().slice(0, 13)}`
  const json = { username, password: randomUUID(), first_name: 'Eve', email: `${username}@example.org` }

  const made = await call<Tokens>(`${here}/api/auth/register`, { method: 'POST', json })
  const me = await call(`${there}/api/users/me`, { token: made.body.access_token })
  const login = { identifier: json.email, password: json.password }
  const again = await call<Tokens>(`${there}/api/auth/login`, { method: 'POST', json: login })

  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
  expect(made.body.user).toMatchObject({ username, first_name: 'Eve', email: json.email, role: 'user' })
  expect(me).toEqual({ status: 200, body: made.body.user })
  expect(again).toMatchObject({ status: 200, body: { user: made.body.user } })
})

test('S1: both find a match on their lists, after they saw each other among the candidates and liked each other', async () => {
  const [ada, ben] = await twoPeople(system.gateways)
  const candidatesOf = async ({ token }: Person): Promise<number[]> => {
    const url = `${here}/api/matching/candidates?limit=200`
    return (await fetchOk<{ items: Candidate[] }>(url, { token })).items.map(({ user }) => user.id)
  }
  await eventually(async () => expect(await candidatesOf(ada)).toContain(ben.id))
  await eventually(async () => expect(await candidatesOf(ben)).toContain(ada.id))

  const first = await like(here, ada, ben)
  const second = await like(there, ben, ada)

  expect(first).toEqual({ status: 'liked' })
  const { match: made } = second as { match: Match }
  expect(second).toMatchObject({
    status: 'matched',
    match: { user: { id: ada.id, username: ada.username }, conversation_id: expect.any(Number) },
  })
  expect(await listMatches(there, ben)).toEqual([made])
  expect(await listMatches(here, ada)).toEqual([
    { ...made, user: expect.objectContaining({ id: ben.id, username: ben.username }) },
  ])
  expect(await candidatesOf(ada)).not.toContain(ben.id)
})

test('S1: a mutual like opens a conversation and is told to both, live: new_match, then conversation_update, each exactly once', async () => {
  await using stack = new AsyncDisposableStack()
  const [ada, ben] = await twoPeople(system.gateways)
  const adasSocket = stack.use(await openSession(here, ada.token))
  const bensSocket = stack.use(await openSession(there, ben.token))

  const made = await match(here, ada, ben)
  // What comes after it over the same way shows that nothing more of the match is under way.
  await sendOverHttp(there, ada, draft(made.conversation_id, 'hello'))

  for (const [socket, other] of [
    [adasSocket, ben],
    [bensSocket, ada],
  ] as const) {
    await socket.waitFor('chat_message')
    const told = socket.frames.filter(({ type }) => ['new_match', 'conversation_update'].includes(type))
    expect(told).toMatchObject([
      {
        type: 'new_match',
        match: { id: made.id, user: { id: other.id }, conversation_id: made.conversation_id },
      },
      {
        type: 'conversation_update',
        event: 'conversation.create',
        conversation: { id: made.conversation_id, kind: 'direct', state: 'open', unread_count: 0 },
      },
    ])
  }
})

test('S0, S1, S2, S3: a message reaches every device of every member; a message over HTTP is told like one of a socket; two gateways serve one conversation; messages stand in the order of the server', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, conversation_id, adasSocket, bensSocket } = await talkingPair(system.gateways, stack)
  const adasPhone = stack.use(await openSession(there, ada.token))

  const first = draft(conversation_id, 'one')
  const ack = await adasSocket.ask(first)
  await bensSocket.ask(draft(conversation_id, 'two'))
  await sendOverHttp(there, ada, draft(conversation_id, 'three'))
  const last = await sendOverHttp(here, ben, draft(conversation_id, 'four'))

  const { client_id } = first
  expect(ack).toMatchObject({ type: 'ack', client_id, conversation_id, seq: 1, rev: 1, duplicate: false })
  for (const socket of [adasSocket, adasPhone, bensSocket]) {
    await socket.waitFor('chat_message', ({ seq }) => seq === 4)
    expect(contents(socket)).toEqual(['one', 'two', 'three', 'four'])
    expect(socket.of('chat_message').map(({ seq, rev }) => [seq, rev])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ])
  }
  const [told] = bensSocket.of('chat_message')
  expect(told).toMatchObject({ message: { id: ack['message_id'], client_id, sender: { id: ada.id } } })
  expect(adasSocket.of('chat_message').at(-1)).toMatchObject({ conversation_id, message: last })
})

test('S1, S2, S4: receipts reach the other side: whose message was read is told, once, and one that moves nothing makes no frame', async () => {
  await using stack = new AsyncDisposableStack()
  const { ben, conversation_id, adasSocket, bensSocket } = await talkingPair(system.gateways, stack)
  const ack = await adasSocket.ask(draft(conversation_id, 'one'))
  const receipt = { message_id: ack['message_id'] }

  const answers = [
    await bensSocket.ask({ type: 'delivery_receipt', ...receipt }),
    await bensSocket.ask({ type: 'read_receipt', ...receipt }),
    await bensSocket.ask({ type: 'read_receipt', ...receipt }),
    await bensSocket.ask({ type: 'delivery_receipt', conversation_id, seq: 1 }),
  ]
  await bensSocket.ask(draft(conversation_id, 'two'))
  await adasSocket.waitFor('chat_message', ({ seq }) => seq === 2)

  expect(answers.map(({ type }) => type)).toEqual(['ack', 'ack', 'ack', 'ack'])
  const told = { ...receipt, conversation_id, seq: 1, user_id: ben.id }
  expect(adasSocket.of('delivery_receipt')).toMatchObject([told])
  expect(adasSocket.of('read_receipt')).toMatchObject([told])
})

test('S0, S2, S3: typing is shown to the other and not to the one who types; typing names who types; typing passes between gateways', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, conversation_id, adasSocket, bensSocket } = await talkingPair(system.gateways, stack)

  adasSocket.send({ type: 'typing_indicator', conversation_id, is_typing: true })

  const shown = await bensSocket.waitFor('typing_indicator')
  expect(shown).toMatchObject({ conversation_id, user_id: ada.id, is_typing: true })
  expect(shown['user_name']).toMatch(/^ada/)
  await adasSocket.ask(draft(conversation_id, 'one'))
  expect(adasSocket.of('typing_indicator')).toEqual([])
})

test('S2: history is read page by page by seq, in both directions, ascending', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  for (const content of ['1', '2', '3', '4', '5'])
    await sendOverHttp(here, ada, draft(conversation_id, content))
  const page = async (query: string): Promise<string> => {
    const url = `${there}/api/conversations/${conversation_id}/messages?${query}`
    const { items } = await fetchOk<{ items: Message[] }>(url, { token: ben.token })
    return items.map(({ content }) => content).join('')
  }

  expect(await page('')).toBe('12345')
  expect(await page('limit=2')).toBe('45')
  expect(await page('before_seq=4&limit=2')).toBe('23')
  expect(await page('after_seq=2&limit=2')).toBe('34')
  expect(await page('after_seq=5')).toBe('')
})

test('S0, S1, S3: a message moves its conversation to the front; one lists the conversations that one is in, with their people and newest message; a receipt can be sent over HTTP', async () => {
  const [ada, ben] = await twoPeople(system.gateways)
  const eve = await register(there, 'eve')
  const withAda = (await match(here, ada, ben)).conversation_id
  const withEve = (await match(here, eve, ben)).conversation_id
  await sendOverHttp(here, eve, draft(withEve, 'from eve'))
  for (const content of ['one', 'two']) await sendOverHttp(here, ada, draft(withAda, content))

  const listed = await listConversations(there, ben)
  const json = { seq: 2 }
  const read = await fetchOk(`${there}/api/conversations/${withAda}/read`, {
    method: 'POST',
    token: ben.token,
    json,
  })
  const after = await listConversations(here, ben)

  expect(listed.map(({ participants }) => participants.map(({ id }) => id).toSorted())).toEqual(
    [ada, eve].map((other) => [other.id, ben.id].toSorted()),
  )
  expect(listed).toMatchObject([
    { id: withAda, unread_count: 2, last_seq: 2, read_seq: 0, last_message: { content: 'two' } },
    { id: withEve, unread_count: 1, last_seq: 1, last_message: { content: 'from eve' } },
  ])
  expect(read).toMatchObject({ conversation_id: withAda, read_seq: 2, unread_count: 0 })
  expect(after.map(({ id, unread_count }) => [id, unread_count])).toEqual([
    [withAda, 0],
    [withEve, 1],
  ])
  expect(await listConversations(here, ada)).toMatchObject([{ id: withAda, unread_count: 0 }])
})

test('S3: any gateway goes on where another one stopped: hello with an old cursor brings all that was missed, once', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const before = await openSession(here, ben.token)
  await sendOverHttp(here, ada, draft(conversation_id, 'seen'))
  await before.waitFor('chat_message')
  await before[Symbol.asyncDispose]()

  await sendOverHttp(here, ada, draft(conversation_id, 'missed 1'))
  await sendOverHttp(there, ada, draft(conversation_id, 'missed 2'))
  const eve = await register(here, 'eve')
  const missed = await match(here, eve, ben)
  const resumed = stack.use(await openSession(there, ben.token, cursorOf(before)))
  await sendOverHttp(here, ada, draft(conversation_id, 'live'))
  await resumed.waitFor('chat_message', ({ seq }) => seq === 4)

  expect(contents(resumed)).toEqual(['seen', 'missed 1', 'missed 2', 'live'])
  expect(resumed.of('new_match')).toMatchObject([{ match: { id: missed.id, user: { id: eve.id } } }])
  expect(resumed.of('welcome')).toMatchObject([{ user: { id: ben.id }, limits: { content_chars: 4_000 } }])
  const types = resumed.frames.map(({ type }) => type)
  expect(types[0]).toBe('welcome')
  expect(types.slice(types.indexOf('caught_up') + 1)).toEqual(['chat_message'])
})

test('pull repairs a conversation from a rev, page by page', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, conversation_id, bensSocket } = await talkingPair(system.gateways, stack)
  for (const content of ['1', '2', '3']) await sendOverHttp(here, ada, draft(conversation_id, content))
  await bensSocket.waitFor('chat_message', ({ seq }) => seq === 3)
  const live = bensSocket.frames.length

  const first = await bensSocket.ask({ type: 'pull', conversation_id, after_rev: 0, limit: 2 })
  const second = await bensSocket.ask({ type: 'pull', conversation_id, after_rev: 2, limit: 2 })

  expect(first).toMatchObject({ type: 'response', result: { conversation_id, rev: 2, has_more: true } })
  expect(second).toMatchObject({ type: 'response', result: { conversation_id, rev: 3, has_more: false } })
  const pulled = bensSocket.frames.slice(live)
  expect(pulled.map(({ type, rev }) => [type, rev])).toEqual([
    ['chat_message', 1],
    ['chat_message', 2],
    ['response', undefined],
    ['chat_message', 3],
    ['response', undefined],
  ])
})

test('within 1 s of a log-out its sockets close 4403 and its token is refused at each gateway', async () => {
  await using stack = new AsyncDisposableStack()
  const ada = await register(here, 'ada')
  const { token } = ada
  const sockets = [await openSession(here, token), await openSession(there, token)]
  for (const socket of sockets) stack.use(socket)

  const { status } = await call(`${here}/api/auth/logout`, { method: 'POST', token })
  const closes = await Promise.all(sockets.map((socket) => socket.closedWithin(1_000)))

  expect(status).toBe(204)
  expect(closes.map(({ code }) => code)).toEqual([4403, 4403])
  for (const gateway of system.gateways) {
    const refused = await call(`${gateway}/api/users/me`, { token })
    expect(refused).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    await using late = await openSocket(gateway, token)
    expect(await late.closedWithin(5_000)).toMatchObject({ code: 4401 })
  }
})

test('S1: every wrong field is named, over HTTP and in frames, and the socket stays open', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, conversation_id, adasSocket } = await talkingPair(system.gateways, stack)
  const refuse = async (path: string, json: unknown) => {
    const { status, body } = await call<Problem>(`${here}${path}`, { method: 'POST', token: ada.token, json })
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid' })
    return pathsOf(body)
  }
  const registration = { username: 'No Capitals', password: 'short', email: 'nobody' }

  expect(await refuse('/api/auth/register', registration)).toEqual(['email', 'password', 'username'])
  expect(await refuse('/api/auth/register', {})).toEqual(['password', 'username'])
  expect(await refuse('/api/matching/like', { user_id: 'ben' })).toEqual(['user_id'])
  const messages = `/api/conversations/${conversation_id}/messages`
  expect(await refuse(messages, { client_id: 'no uuid' })).toEqual(['client_id', 'content'])
  expect(await refuse(messages, { content: 'x'.repeat(4_001) })).toEqual(['content'])

  const frame = await adasSocket.ask({ type: 'chat_message', conversation_id: 'x', client_id: randomUUID() })
  const unknown = await adasSocket.ask({ type: 'shout' })
  expect(frame).toMatchObject({ type: 'error', code: 'invalid' })
  expect(pathsOf(frame)).toEqual(['content', 'conversation_id'])
  expect(unknown).toMatchObject({ type: 'error', code: 'invalid', errors: [{ path: 'type' }] })
  expect(await adasSocket.ask(draft(conversation_id, 'still open'))).toMatchObject({ type: 'ack' })
})

test('S1: a stranger finds no conversation and no message, and cannot tell it from one that does not exist', async () => {
  const { ada, conversation_id } = await matchedPair(system.gateways)
  const { id, token } = await register(there, 'eve')
  await sendOverHttp(here, ada, draft(conversation_id, 'private'))
  // Ids have random upper bits; this one keeps the shard and is nobody's.
  const random = conversation_id + 256 * 7
  const paths = (id: number) => [`${id}`, `${id}/messages`, `${id}/members`]
  const ask = async (path: string) => {
    const { status, body } = await call<Problem>(`${there}/api/conversations/${path}`, { token })
    const { trace_id, ...rest } = body
    return { status, rest, traced: typeof trace_id }
  }

  for (const [index, path] of paths(conversation_id).entries()) {
    const refused = await ask(path)
    expect(refused).toMatchObject({ status: 404, rest: { code: 'conversation_not_found' }, traced: 'string' })
    expect(refused).toEqual(await ask(paths(random)[index] as string))
  }
  await using socket = await openSession(here, token)
  const [real, none] = [
    await socket.ask(draft(conversation_id, 'let me in')),
    await socket.ask(draft(random, 'let me in')),
  ]
  expect(real).toMatchObject({ type: 'error', code: 'conversation_not_found' })
  expect(Object.keys(real).toSorted()).toEqual(Object.keys(none).toSorted())
  expect(await listConversations(here, { id, token } as Person)).toEqual([])
})

test('a repeated client_id gives the first message, over HTTP and socket, at each gateway', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, conversation_id, adasSocket, bensSocket } = await talkingPair(system.gateways, stack)
  const first = draft(conversation_id, 'once')
  const { client_id } = first
  const post = (gateway: string, content: string) =>
    call<Message>(`${gateway}/api/conversations/${conversation_id}/messages`, {
      method: 'POST',
      token: ada.token,
      json: { client_id, content },
    })

  const made = await post(here, 'once')
  const repeated = await post(there, 'twice')
  const overSocket = await adasSocket.ask(first)

  expect([made.status, repeated.status]).toEqual([201, 200])
  expect(repeated.body).toEqual(made.body)
  expect(overSocket).toMatchObject({ message_id: made.body.id, seq: 1, rev: 1, duplicate: true })
  await adasSocket.ask(draft(conversation_id, 'next'))
  await bensSocket.waitFor('chat_message', ({ seq }) => seq === 2)
  expect(contents(bensSocket)).toEqual(['once', 'next'])
  expect(await listMessages(there, ada, conversation_id)).toHaveLength(2)
})

test('an unmatch closes the conversation for both; liking again reopens the same one', async () => {
  await using stack = new AsyncDisposableStack()
  const {
    ada,
    ben,
    conversation_id,
    match: made,
    adasSocket,
    bensSocket,
  } = await talkingPair(system.gateways, stack)
  await adasSocket.ask(draft(conversation_id, 'before'))

  const url = `${here}/api/matching/matches/${made.id}`
  const { status } = await call(url, { method: 'DELETE', token: ada.token })
  for (const socket of [adasSocket, bensSocket]) {
    const removed = await socket.waitFor('match_removed')
    const update = await socket.waitFor('conversation_update')
    expect(removed).toMatchObject({ match_id: made.id, conversation_id })
    expect(update).toMatchObject({ event: 'conversation.close', conversation: { state: 'closed' } })
  }
  const refused = await bensSocket.ask(draft(conversation_id, 'after'))
  const lists = [await listMatches(here, ada), await listMatches(there, ben)]
  const again = await match(there, ben, ada)

  expect(status).toBe(204)
  expect(refused).toMatchObject({ type: 'error', code: 'conversation_closed' })
  expect(lists).toEqual([[], []])
  expect(again).toMatchObject({ conversation_id, user: { id: ben.id } })
  expect(again.id).not.toBe(made.id)
  const [conversation] = await listConversations(here, ada)
  expect(conversation).toMatchObject({ id: conversation_id, state: 'open' } satisfies Partial<Conversation>)
  const note = await bensSocket.waitFor('chat_message', ({ seq }) => seq === 2)
  expect(note).toMatchObject({ message: { kind: 'system', system: { event: 'matched' } } })
  expect(await bensSocket.ask(draft(conversation_id, 'again'))).toMatchObject({ type: 'ack', seq: 3 })
})
