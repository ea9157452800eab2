import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk } from '../client/http.ts'
import { matchedPair, twoPeople } from '../client/pairs.ts'
import { openLegacy, type Frame, type Socket } from '../client/socket.ts'
import { openPage } from './page.ts'
import { at } from './react.ts'
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

// The client itself, in Flutter, is not in the document: its frames are, and a test client in JavaScript.
const sent = examplesIn(blockOf('dating', '"subscription_type": "matches"')) as Frame[]
const received = examplesIn(blockOf('dating', '"type": "new_match"')) as Frame[]
const exampleOf = (examples: Frame[], type: string): Frame =>
  examples.find((frame) => frame.type === type) as Frame

/** The names of all fields, as deep as the example goes. */
function expectFieldsOf(frame: unknown, example: unknown, more: readonly string[] = []): void {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return
  expect(
    Object.keys(frame as object)
      .filter((key) => !more.includes(key))
      .toSorted(),
  ).toEqual(Object.keys(example).toSorted())
  for (const [key, value] of Object.entries(example)) expectFieldsOf((frame as Frame)[key], value, more)
}
const AT = expect.stringMatching(/^\d{4}-.*Z$/) as string

test("S1: document 001's test client connects, and its ping is answered; a token in the address opens each socket", async () => {
  const { ada, conversation_id } = await matchedPair(system.gateways)
  const client = at(here, blockOf('dating', '// Connect to main chat WebSocket'))
  await using page = openPage(client.replace('your_jwt_token', ada.token))

  await eventually(() => expect(page.logged).toContainEqual(['Connected to WebSocket']))
  await eventually(() => expect(page.logged).toContainEqual(['Received:', { type: 'pong' }]))
  for (const path of ['/ws/chat/', `/ws/conversations/${conversation_id}/`, '/ws/notifications/']) {
    await using socket = await openLegacy(there, path, ada.token)
    const ping = exampleOf(sent, 'ping')
    socket.send(ping)
    expect(await socket.waitFor('pong')).toEqual({ type: 'pong', timestamp: ping['timestamp'] })
  }
})

test('S1: after a like that is returned, new_match arrives in data, with the other person; conversation_update arrives in data, with its participants; /ws/notifications/ carries matches and notifications', async () => {
  const [ada, ben] = await twoPeople(system.gateways)
  await using ofAda = await openLegacy(here, '/ws/chat/', ada.token)
  await using ofBen = await openLegacy(there, '/ws/chat/', ben.token)
  await using notices = await openLegacy(there, '/ws/notifications/', ben.token)
  for (const socket of [ofAda, ofBen, notices]) socket.send(exampleOf(sent, 'subscribe'))

  // With the slash at the end, as those clients write it.
  const path = '/api/matching/like/'
  await fetchOk(here + path, { method: 'POST', token: ada.token, json: { user_id: ben.id } })
  await fetchOk(there + path, { method: 'POST', token: ben.token, json: { user_id: ada.id } })

  for (const [socket, other] of [
    [ofAda, ben],
    [ofBen, ada],
    [notices, ada],
  ] as const) {
    const told = await socket.waitFor('new_match')
    expectFieldsOf(told, exampleOf(received, 'new_match'))
    expect(told).toMatchObject({
      data: { type: 'new_match', match: { user: { id: other.id, username: other.username } } },
    })
  }
  for (const socket of [ofAda, ofBen]) {
    const told = await socket.waitFor('conversation_update')
    expectFieldsOf(told, exampleOf(received, 'conversation_update'))
    expect(told).toMatchObject({ event: 'conversation.create' })
    const { participants } = told['data'] as { participants: { id: number }[] }
    expect(participants.map(({ id }) => id).toSorted()).toEqual([ada.id, ben.id].toSorted())
  }
  const notice = await notices.waitFor('notify')
  expect(notice).toMatchObject({ notification_type: 'match', timestamp: AT })
  expect(notices.of('conversation_update')).toEqual([])
})

test('S1: message is sent with an attachment by its link; typing is sent to the conversation of the path; read_receipt is sent for a message; new_message arrives with its sender and is_read; typing_indicator arrives with the name; /ws/chat/ carries all conversations; /ws/conversations/{id}/ carries one conversation', async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  const eve = await matchedPair(system.gateways)
  await using ofAda = await openLegacy(here, `/ws/conversations/${conversation_id}/`, ada.token)
  await using ofBen = await openLegacy(there, `/ws/conversations/${conversation_id}/`, ben.token)
  await using all = await openLegacy(here, '/ws/chat/', ben.token)
  const typing = exampleOf(sent, 'typing')
  const attachment = 'https://example.com/photo.jpg'

  ofAda.send(typing)
  for (const socket of [ofBen, all]) {
    const told = await socket.waitFor('typing_indicator')
    expectFieldsOf(told, exampleOf(received, 'typing_indicator'))
    expect(told).toMatchObject({ conversation_id, is_typing: true, user_name: 'ada' })
  }
  ofAda.send({ ...exampleOf(sent, 'message'), attachment })
  const told = await ofBen.waitFor('new_message')
  expectFieldsOf(told, exampleOf(received, 'new_message'), ['attachment'])
  expect(told).toMatchObject({
    conversation_id,
    message: {
      content: 'Hello!',
      is_read: false,
      attachment,
      sender: { id: ada.id, username: ada.username },
    },
  })
  for (const socket of [ofAda, all]) expect(await socket.waitFor('new_message')).toEqual(told)
  const { id } = told['message'] as { id: number }
  ofBen.send({ ...exampleOf(sent, 'read_receipt'), message_id: id })
  await expectReceipt(ofAda, { message_id: id, user_id: ben.id })
  // Over HTTP, with the slash at the end; and of a conversation that is not that of the path.
  const post = `${there}/api/conversations/${conversation_id}/messages/`
  const json = { content: 'Over HTTP' }
  expect(await call(post, { method: 'POST', token: ben.token, json })).toMatchObject({ status: 201 })
  const isSecond = ({ message }: Frame): boolean => (message as { content: string }).content === 'Over HTTP'
  for (const socket of [ofAda, ofBen, all]) await socket.waitFor('new_message', isSecond)
  await using stranger = await openLegacy(here, '/ws/chat/', eve.ada.token)

  expect(ofAda.of('typing_indicator')).toEqual([])
  expect(stranger.of('new_message')).toEqual([])
  expect(ofBen.of('user_status')).toEqual([
    { type: 'user_status', user_id: ada.id, status: 'online', timestamp: AT },
  ])
})

async function expectReceipt(socket: Socket, fields: object): Promise<void> {
  expect(await socket.waitFor('read_receipt')).toEqual({ type: 'read_receipt', ...fields, timestamp: AT })
}
