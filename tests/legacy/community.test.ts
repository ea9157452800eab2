import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draft, matchedPair } from '../client/pairs.ts'
import { sendOverHttp, type Person } from '../client/people.ts'
import { openSession } from '../client/socket.ts'
import { bundle, openPage, type Page } from './page.ts'
import { calling, communitySources, showing } from './react.ts'

/** What the hook gives, as far as it is used here. */
interface Hook {
  messages: ({ id: number; sender: { id: number } } & Record<string, unknown>)[]
  typingUsers: Record<string, string>
  onlineUsers: Record<string, boolean>
  isConnected: boolean
  sendMessage(content: string, parentMessageId?: number): void
  sendTypingIndicator(isTyping: boolean): void
  sendReadReceipt(messageId: number): void
  sendReaction(messageId: number, emoji: string): void
  editMessage(messageId: number, content: string): void
  deleteMessage(messageId: number): void
}

let system: System
let here: string
let there: string
/** The component at the first gateway, the hook alone at the last. */
let chatRoom: string
let hookAlone: string

beforeAll(async () => {
  const unlimited = { ADDRESS_LIMIT_FACTOR: '1000', PERSON_LIMIT_FACTOR: '1000', SEND_BURST: '1000' }
  const env = { ...unlimited, PRESENCE_GRACE_MS: '500', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
  chatRoom = await bundle({ ...communitySources(here), 'main.jsx': showing('./components/ChatRoom') })
  const main = calling('useWebSocket', './hooks/useWebSocket')
  hookAlone = await bundle({ ...communitySources(there), 'main.jsx': main })
})
afterAll(() => system[Symbol.asyncDispose]())

const openRoom = ({ token }: Person, conversationId: number): Page =>
  openPage(chatRoom, { access_token: token, properties: JSON.stringify({ conversationId }) })
const openHook = ({ token }: Person, conversation_id: number): Page =>
  openPage(hookAlone, { access_token: token, argument: String(conversation_id) })
const hook = (page: Page): Hook => page.get<Hook>('shown')
const areConnected = (...pages: Page[]): Promise<void> =>
  eventually(() => {
    for (const page of pages)
      expect(page.get<Hook | undefined>('shown')?.isConnected ?? page.count('.connected') === 1).toBe(true)
  })

test("S2: document 002's component and its hook tell the story: typing, messages, threads, receipts, status", async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await using room = openRoom(ada, conversation_id)
  await using ofBen = openHook(ben, conversation_id)
  await using phone = openHook(ada, conversation_id)
  await areConnected(room, ofBen, phone)
  await eventually(() => expect(hook(ofBen).onlineUsers).toEqual({ [ada.id]: true }))

  room.type('input', 'Hello!')
  await eventually(() => expect(hook(ofBen).typingUsers).toEqual({ [ada.id]: 'ada' }))
  expect(hook(phone).typingUsers).toEqual({})
  room.click('button[type=submit]')
  await eventually(() => expect(hook(ofBen).messages).toHaveLength(1))
  await eventually(() => expect(hook(ofBen).typingUsers).toEqual({}))
  await eventually(() => expect(room.text('.messages-container')).toContain('Hello!'))
  const [first] = hook(ofBen).messages
  const { id } = first!
  hook(ofBen).sendReadReceipt(id)
  hook(ofBen).sendMessage('Good morning', id)

  await eventually(() => {
    const [hello, answer] = hook(phone).messages
    expect(hello?.['read_by']).toContain(ben.id)
    expect(answer).toMatchObject({ content: 'Good morning', parent_message_id: id, sender: { id: ben.id } })
  })
  expect(first).toEqual({
    ...{ id, content: 'Hello!', parent_message_id: null, is_edited: false },
    sender: { id: ada.id, email: null, first_name: 'ada', last_name: '' },
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
  })
  await eventually(() => expect(room.text('.messages-container')).toContain('Good morning'))
  expect(room.count('.online-indicator')).toBe(1)
  ofBen.get<() => void>('unmount')()
  // Nobody is called gone until messaging has run for the time after which it would have heard of them.
  const patience = { timeoutMs: 30_000 }
  await eventually(() => expect(hook(phone).onlineUsers).toEqual({ [ben.id]: false }), patience)
})

test("S2: document 002's clients react, edit and delete, and each sees what the other does", async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await using room = openRoom(ada, conversation_id)
  await using ofBen = openHook(ben, conversation_id)
  await using phone = openHook(ada, conversation_id)
  await areConnected(room, ofBen, phone)
  hook(phone).sendMessage('Hello!')
  const shownToBen = (): Record<string, unknown> | undefined => hook(ofBen).messages[0]
  await eventually(() => expect(shownToBen()).toMatchObject({ content: 'Hello!' }))
  const { id } = hook(ofBen).messages[0]!

  hook(ofBen).sendReaction(id, '👍')
  await eventually(() => expect(hook(phone).messages[0]?.['reactions']).toEqual({ '👍': [ben.id] }))
  hook(ofBen).sendReaction(id, '👍')
  await eventually(() => expect(hook(phone).messages[0]?.['reactions']).toEqual({ '👍': [] }))
  await eventually(() => expect(room.count('.message-actions button')).toBe(3))
  room.click('.message-actions button')
  await eventually(() =>
    expect(Object.values(shownToBen()?.['reactions'] ?? {}).filter(({ length }) => length > 0)).toEqual([
      [ada.id],
    ]),
  )
  hook(ofBen).editMessage(id, 'not mine')
  hook(phone).editMessage(id, 'Hello, Ben!')
  await eventually(() => expect(shownToBen()).toMatchObject({ content: 'Hello, Ben!', is_edited: true }))
  expect(shownToBen()?.['edited_at']).toMatch(/^\d{4}-.*Z$/)
  await eventually(() => expect(room.text('.message-content')).toBe('Hello, Ben!(edited)'))
  hook(phone).deleteMessage(id)
  await eventually(() => expect(shownToBen()).toMatchObject({ content: 'Message deleted', is_deleted: true }))
  await eventually(() => expect(room.count('.message.deleted')).toBe(1))
  expect(hook(ofBen).isConnected).toBe(true)
})

test("S2: document 002's component on both sides, with 200 messages, stays connected and settles: what is seen is marked as read, in few frames", async () => {
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await using watching = await openSession(there, ada.token)
  await using ofAda = openRoom(ada, conversation_id)
  await using ofBen = openRoom(ben, conversation_id)
  await areConnected(ofAda, ofBen)
  const say = (number: number): Promise<unknown> =>
    sendOverHttp(there, number % 2 === 0 ? ada : ben, draft(conversation_id, `message ${number}`))
  for (let number = 1; number <= 200; number++) await say(number)
  const readBy = ({ id }: Person, seq: number): boolean =>
    watching.of('read_receipt').some((read) => read['user_id'] === id && read['seq'] === seq)
  await eventually(
    () => {
      for (const page of [ofAda, ofBen]) expect(page.count('.message')).toBe(200)
      expect([readBy(ada, 199), readBy(ben, 200)]).toEqual([true, true])
    },
    { timeoutMs: 60_000 },
  )
  const receipts = watching.of('read_receipt').length
  await say(201)
  await eventually(() => expect(readBy(ada, 201)).toBe(true))

  // Each was marked once at most; the components have sent a hundred times as many.
  expect(receipts).toBeLessThanOrEqual(200)
  expect(watching.of('read_receipt').length - receipts).toBe(1)
  for (const page of [ofAda, ofBen]) {
    expect(page.logged.map(([text]) => text)).toEqual(['WebSocket Connected'])
    expect(page.text('.messages-container')).toContain('message 200')
  }
})
