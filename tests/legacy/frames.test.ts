import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchOk } from '../client/http.ts'
import { draft, matchedPair, twoPeople } from '../client/pairs.ts'
import { sendOverHttp, type Person } from '../client/people.ts'
import { openLegacy, type Frame, type Socket } from '../client/socket.ts'
import { blockOf, examplesIn } from './words.ts'

let system: System
let here: string
let there: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
})
afterAll(() => system[Symbol.asyncDispose]())

const AT = expect.stringMatching(/^\d{4}-.*Z$/) as string
const contents = (socket: Socket): unknown[] =>
  socket.of('chat_message').map(({ message }) => (message as { content?: string }).content ?? message)
const setEmail = ({ token }: Person, email: string): Promise<unknown> =>
  fetchOk(`${here}/api/users/me`, { method: 'PATCH', token, json: { email } })

test('S2: its socket is /ws/chat/{conversation_id}/; chat_message is sent with its parent; typing_indicator is sent to the conversation of the path; read_receipt is sent for a message; message_reaction is sent without an action; message_edit is sent with the new text; message_delete is sent with the id alone', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await setEmail(ada, `${ada.username}@example.org`)
  await using ofAda = await openLegacy(here, `/ws/chat/${conversation_id}/`, ada.token)
  await using ofBen = await openLegacy(there, `/ws/chat/${conversation_id}/`, ben.token)
  const say = async (content: string, parent_message_id: number | null): Promise<number> => {
    ofAda.send({ type: 'chat_message', content, parent_message_id })
    const isIt = ({ message }: Frame): boolean => (message as { content: string }).content === content
    return ((await ofBen.waitFor('chat_message', isIt))['message'] as { id: number }).id
  }

  ofAda.send({ type: 'typing_indicator', is_typing: true })
  const first = await say('one', null)
  // Ids as text, as a client has them that took them from an address.
  const second = await say('two', String(first) as never)
  ofBen.send({ type: 'read_receipt', message_id: String(second) })
  ofBen.send({ type: 'message_reaction', message_id: first, emoji: '👍' })
  await ofAda.waitFor('message_reaction')
  ofBen.send({ type: 'message_reaction', message_id: first, emoji: '👍' })
  ofAda.send({ type: 'message_edit', message_id: first, content: 'one, mended' })
  await ofBen.waitFor('message_edit')
  ofAda.send({ type: 'message_delete', message_id: first })

  for (const socket of [ofAda, ofBen]) await socket.waitFor('message_delete')
  const sender = { id: ada.id, first_name: 'ada', last_name: '' }
  const told = (socket: Socket) =>
    socket.frames.filter(({ type }) => !['error', 'user_status', 'typing_indicator'].includes(type))
  const message = { content: 'one', created_at: AT, is_edited: false }
  const expected = (email: string | null): Frame[] => [
    {
      type: 'chat_message',
      message: { ...message, id: first, sender: { ...sender, email }, parent_message_id: null },
    },
    {
      type: 'chat_message',
      message: {
        ...message,
        id: second,
        content: 'two',
        sender: { ...sender, email },
        parent_message_id: first,
      },
    },
    { type: 'message_delete', message_id: first, timestamp: AT },
  ]
  for (const [socket, email] of [
    [ofAda, `${ada.username}@example.org`],
    [ofBen, null],
  ] as const)
    for (const frame of expected(email))
      expect(told(socket).filter((it) => it.type === frame.type)).toContainEqual(frame)
})

test('S2: chat_message arrives with the sender, who sees their own e-mail; typing_indicator arrives with the time; read_receipt arrives with the time; message_reaction arrives as added or removed; message_edit arrives with both times; message_delete arrives with the time; user_status arrives with the time', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const email = `${ben.username}@example.org`
  await setEmail(ben, email)
  await using ofAda = await openLegacy(here, `/ws/chat/${conversation_id}/`, ada.token)
  await using ofBen = await openLegacy(there, `/ws/chat/${conversation_id}/`, ben.token)
  ofAda.send({ type: 'typing_indicator', is_typing: true })
  ofAda.send({ type: 'chat_message', content: 'Hello!' })
  const { message } = (await ofBen.waitFor('chat_message')) as unknown as { message: { id: number } }
  const message_id = message.id
  ofBen.send({ type: 'chat_message', content: 'Hi' })
  await ofBen.waitFor('chat_message', (frame) => (frame['message'] as { content: string }).content === 'Hi')
  for (const action of ['added', 'removed']) {
    ofBen.send({ type: 'message_reaction', message_id, emoji: '👍' })
    await ofAda.waitFor('message_reaction', (frame) => frame['action'] === action)
  }
  ofAda.send({ type: 'message_edit', message_id, content: 'Hello, Ben!' })
  await ofBen.waitFor('message_edit')
  ofAda.send({ type: 'message_delete', message_id })
  const deleted = await ofBen.waitFor('message_delete')

  const about = { message_id, timestamp: AT }
  const reaction = { type: 'message_reaction', emoji: '👍', user_id: ben.id, ...about }
  expect(ofBen.of('typing_indicator')).toContainEqual({
    ...{ type: 'typing_indicator', user_id: ada.id, user_name: 'ada', is_typing: true, timestamp: AT },
  })
  // Whoever answers has read what they answer.
  expect(ofAda.of('read_receipt')).toEqual([{ type: 'read_receipt', user_id: ben.id, ...about }])
  expect(ofAda.of('message_reaction')).toEqual([
    { ...reaction, action: 'added' },
    { ...reaction, action: 'removed' },
  ])
  expect(ofBen.of('message_edit')).toEqual([
    { type: 'message_edit', content: 'Hello, Ben!', edited_at: AT, ...about },
  ])
  expect(deleted).toEqual({ type: 'message_delete', ...about })
  expect(ofAda.of('user_status')).toEqual([
    { type: 'user_status', user_id: ben.id, status: 'online', timestamp: AT },
  ])
  const emails = (socket: Socket) =>
    socket
      .of('chat_message')
      .map((frame) => (frame['message'] as { sender: { email: unknown } }).sender.email)
  expect([emails(ofAda), emails(ofBen)]).toEqual([
    [null, null],
    [null, email],
  ])
})

test('S3: /ws/chat/ carries messages to a person; /ws/notifications/ carries notifications; a frame without a type is a message to its receiver; chat_message arrives flat, with the name of the sender; error arrives as a text; notify arrives with its type and time', async () => {
  const [ada, ben] = await twoPeople(system.gateways)
  await using ofAda = await openLegacy(here, '/school/ws/chat/', ada.token)
  await using ofBen = await openLegacy(there, '/ws/chat?dialect=school', ben.token)
  await using notices = await openLegacy(there, '/school/ws/notifications/', ben.token)
  const example = (mark: string) => examplesIn(blockOf('school', mark))[0] as Frame
  const out = example('"receiver_id": 123')

  ofAda.send({ ...out, receiver_id: ben.id })
  const told = await ofBen.waitFor('chat_message')
  ofAda.send({ message: 'To whom?' } as never)
  await ofAda.waitFor('error', ({ error }) => error === 'receiver_id is required')
  for (const [from, to] of [
    [ada, ben],
    [ben, ada],
  ] as const)
    await fetchOk(`${here}/api/matching/like`, {
      method: 'POST',
      token: from.token,
      json: { user_id: to.id },
    })
  const notice = await notices.waitFor('notify')

  const { id } = told as unknown as { id: number }
  expect(told).toEqual({
    ...{ type: 'chat_message', id, sender_id: ada.id, sender_name: 'ada', timestamp: AT },
    ...{ message: out['message'], attachment: out['attachment'] },
  })
  expect(Object.keys(told).toSorted()).toEqual(Object.keys(example('"sender_id": 789')).toSorted())
  expect(ofAda.of('message_sent')).toEqual([{ type: 'message_sent', id }])
  expect(notice).toEqual({
    ...{ type: 'notify', id: expect.any(Number), title: expect.any(String), message: expect.any(String) },
    ...{ notification_type: 'match', timestamp: AT },
  })
  expect(notices.of('chat_message')).toEqual([])
})

test('what is no frame is answered and nothing breaks: ids of any kind, empty and wrong fields, attachments that are no address', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await using room = await openLegacy(here, `/ws/chat/${conversation_id}/`, ada.token)
  await using school = await openLegacy(here, '/school/ws/chat/', ada.token)
  await using dating = await openLegacy(there, `/ws/conversations/${conversation_id}`, ada.token)
  const answerTo = async (socket: Socket, frame: object): Promise<unknown> => {
    const before = socket.of('error').length
    socket.send(frame as Frame)
    await eventually(() => expect(socket.of('error').length).toBe(before + 1))
    const { code, error } = socket.of('error').at(-1) as Frame
    return `${String(code)}: ${String(error)}`
  }

  expect(await answerTo(room, { type: 'chat_message', content: '' })).toMatch(/^invalid: content /)
  expect(await answerTo(room, { type: 'chat_message' })).toBe('invalid: content is required')
  expect(await answerTo(room, { type: 'read_receipt', message_id: 2 ** 53 })).toMatch(/^invalid: message_id /)
  expect(await answerTo(room, { type: 'read_receipt', message_id: '9223372036854775807' })).toMatch(
    /^invalid: message_id /,
  )
  expect(await answerTo(room, { type: 'read_receipt', message_id: -1 })).toMatch(/^invalid: message_id /)
  expect(await answerTo(room, { type: 'message_edit', message_id: 256 * 9_999_999, content: 'x' })).toMatch(
    /^message_not_found: /,
  )
  expect(await answerTo(room, { type: 'typing_indicator', is_typing: 'yes' })).toMatch(/^invalid: is_typing /)
  expect(await answerTo(room, { type: ['chat_message'] })).toBe('invalid: type is not a known type of frame')
  expect(await answerTo(room, { type: 'constructor' })).toBe('invalid: type is not a known type of frame')
  expect(await answerTo(school, {})).toBe('invalid: receiver_id is required')
  expect(await answerTo(school, { receiver_id: ben.id })).toMatch(/^invalid: message is required/)
  expect(await answerTo(school, { receiver_id: ada.id, message: 'To myself' })).toMatch(
    /^invalid: receiver_id /,
  )
  expect(await answerTo(school, { receiver_id: 512, message: 'To nobody' })).toMatch(/^user_not_found: /)
  expect(await answerTo(dating, { type: 'message', content: '', attachment: null })).toMatch(
    /^invalid: content /,
  )
  expect(await answerTo(dating, { type: 'message', attachment: 'javascript:alert(1)' })).toMatch(
    /^invalid: attachment /,
  )
  school.send({ receiver_id: String(ben.id), message: '', attachment: 'https://example.com/a.pdf' } as never)
  await school.waitFor('message_sent')
  expect(await dating.waitFor('new_message')).toMatchObject({
    message: { content: '', attachment: 'https://example.com/a.pdf' },
  })
})

test('a client that comes back with the last message that it has gets what it missed, through a restart of everything between', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const path = `/ws/chat/${conversation_id}/`
  const before = await openLegacy(here, path, ben.token)
  const seen = await sendOverHttp(there, ada, draft(conversation_id, 'seen'))
  await before.waitFor('chat_message')
  await before[Symbol.asyncDispose]()
  const missed = await sendOverHttp(there, ada, draft(conversation_id, 'missed'))
  const gone = await sendOverHttp(there, ada, draft(conversation_id, 'gone'))
  await fetchOk(`${there}/api/messages/${gone.id}`, { method: 'DELETE', token: ada.token })
  await fetchOk(`${there}/api/messages/${missed.id}`, {
    method: 'PATCH',
    token: ada.token,
    json: { content: 'missed, mended' },
  })
  for (const name of ['messaging', 'gateway-1', 'nats']) await system.kill(name, 'SIGKILL')

  const back = await eventually(() => openLegacy(here, `${path}?since=${seen.id}`, ben.token), {
    timeoutMs: 45_000,
  })
  await using socket = back
  await eventually(() => sendOverHttp(there, ada, draft(conversation_id, 'live')), { timeoutMs: 45_000 })
  await eventually(() => expect(contents(socket)).toContain('live'))
  await using all = await openLegacy(there, `/marketplace/ws/messaging?since=${missed.id}`, ben.token)
  await using none = await openLegacy(there, path, ben.token)
  await using wrong = await openLegacy(there, `${path}?since=nothing`, ben.token)

  expect(contents(socket)).toEqual(['missed, mended', 'live'])
  expect(all.of('message').map(({ data }) => (data as { content: string }).content)).toEqual(['live'])
  expect(contents(none)).toEqual([])
  expect(wrong.of('error')[0]).toMatchObject({
    code: 'invalid',
    error: expect.stringMatching(/^since|^message_id/),
  })
})

test('two sockets of one person in different protocols: both are told of what one sends, each in its words', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await using school = await openLegacy(here, '/school/ws/chat/', ada.token)
  await using room = await openLegacy(there, `/support/ws/chat/${conversation_id}/`, ada.token)
  await using main = await openLegacy(there, '/ws/messaging/', ada.token)

  school.send({ receiver_id: ben.id, message: 'from school' } as never)
  await school.waitFor('message_sent')
  room.send({ type: 'chat_message', message: 'from support' })

  for (const socket of [room, school])
    await socket.waitFor('chat_message', ({ message }) => message === 'from support')
  await main.waitFor('message', ({ data }) => (data as { content: string }).content === 'from support')
  expect(contents(room)).toEqual(['from school', 'from support'])
  expect(contents(school)).toEqual(['from support'])
  expect(main.of('message')).toHaveLength(2)
})
