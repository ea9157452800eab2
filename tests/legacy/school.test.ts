import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAdmin } from '../client/admin.ts'
import { fetchOk } from '../client/http.ts'
import { twoPeople } from '../client/pairs.ts'
import { like, listConversations, logInAgain, register, type Person } from '../client/people.ts'
import { openPage, type Page } from './page.ts'
import { bundleSchool, calling, showing } from './react.ts'
import { blockOf, examplesIn } from './words.ts'

interface ChatHook {
  messages: Record<string, unknown>[]
  isConnected: boolean
  sendMessage(receiverId: number | undefined, message: string, attachment?: string): void
}
interface NotificationHook {
  notifications: Record<string, unknown>[]
  isConnected: boolean
}
const mains = {
  chat: showing('./ChatComponent'),
  notices: showing('./NotificationComponent'),
  chatHook: calling('useChatWebSocket', './hooks/useChatWebSocket'),
  noticesHook: calling('useNotificationWebSocket', './hooks/useNotificationWebSocket'),
}

let system: System
let here: string
let there: string
let root: Person
let scripts: Record<keyof typeof mains, string>

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
  const joined = await register(here, 'root')
  await runAdmin(system.dataDir, joined.username, 'no password is asked for')
  root = await logInAgain(here, joined)
  scripts = {
    // Each component is a client of this document's base path; its host is all that is set.
    chat: await bundleSchool(`${here}/school`, mains.chat),
    notices: await bundleSchool(`${here}/school`, mains.notices),
    chatHook: await bundleSchool(`${there}/school`, mains.chatHook),
    noticesHook: await bundleSchool(`${there}/school`, mains.noticesHook),
  }
})
afterAll(() => system[Symbol.asyncDispose]())

const open = ({ token }: Person, script: keyof typeof mains): Page =>
  openPage(scripts[script], { authToken: token, argument: JSON.stringify(token) })
const chat = (page: Page): ChatHook => page.get<ChatHook>('shown')
const isShown = (page: Page, text: string): Promise<void> =>
  eventually(() => expect(page.text()).toContain(text))
const AT = expect.stringMatching(/^\d{4}-.*Z$/) as string

test("S3: document 003's component and hook tell the story: a message to a receiver, its confirmation, an attachment, an error; one sends to a person whose conversation is not known yet", async () => {
  const [ada, ben] = await twoPeople(system.gateways)
  await using component = open(ada, 'chat')
  await using phone = open(ada, 'chatHook')
  await using ofBen = open(ben, 'chatHook')
  await isShown(component, 'Connected')
  await eventually(() => expect([phone, ofBen].map((page) => chat(page).isConnected)).toEqual([true, true]))

  component.type('input[type=number]', String(ben.id))
  component.type('input[type=text]', 'Hello!')
  component.click('button')
  await eventually(() => expect(chat(ofBen).messages).toHaveLength(1))
  await eventually(() => expect(chat(phone).messages).toEqual(chat(ofBen).messages))
  await eventually(() =>
    expect(component.logged).toContainEqual(['Message delivered:', chat(ofBen).messages[0]?.['id']]),
  )
  chat(ofBen).sendMessage(ada.id, 'See here', 'https://example.com/file.pdf')
  chat(ofBen).sendMessage(undefined, 'To whom?')

  await isShown(component, 'See here')
  expect(chat(ofBen).messages[0]).toEqual({
    ...{ id: expect.any(Number), senderId: ada.id, senderName: 'ada', message: 'Hello!' },
    ...{ attachment: null, timestamp: AT },
  })
  expect(component.find('.messages a').getAttribute('href')).toBe('https://example.com/file.pdf')
  expect(component.text('.messages')).toContain('ben: See here')
  // Whoever sent it on a socket is told of it there by its confirmation alone.
  expect(component.text('.messages')).not.toContain('Hello!')
  const [wrong] = examplesIn(blockOf('school', '"error": "receiver_id is required"'))
  await eventually(() => expect(ofBen.logged).toContainEqual(['WebSocket error:', wrong?.['error']]))
  expect(await listConversations(here, ben)).toMatchObject([
    { kind: 'direct', last_message: { content: 'See here' } },
  ])
})

test("S3: document 003's notifications arrive live, typed, with title and text: of a match, and of an admin", async () => {
  const [ada, ben] = await twoPeople(system.gateways)
  await using component = open(ada, 'notices')
  await using ofBen = open(ben, 'noticesHook')
  const shown = (): NotificationHook => ofBen.get<NotificationHook>('shown')
  await eventually(() => expect(component.logged).toContainEqual(['Notification WebSocket connected']))
  await eventually(() => expect(shown().isConnected).toBe(true))
  const [example] = examplesIn(blockOf('school', '"type": "notify"'))
  const { title, message, notification_type } = example as Record<string, string>

  await like(here, ada, ben)
  await like(there, ben, ada)
  await eventually(() => expect(component.count('.notification.match')).toBe(1))
  const json = { title, message, notification_type, user_ids: [ada.id, ben.id] }
  await fetchOk(`${there}/api/notifications`, { method: 'POST', token: root.token, json })

  await eventually(() => expect(component.count(`.notification.${notification_type}`)).toBe(1))
  await eventually(() => expect(shown().notifications).toHaveLength(2))
  expect(component.text(`.notification.${notification_type}`)).toContain(`${title}${message}`)
  const [match, notice] = shown().notifications
  expect(match).toMatchObject({ id: expect.any(Number), type: 'match', timestamp: AT })
  expect(notice).toEqual({
    ...{ id: expect.any(Number), title, message, type: notification_type, timestamp: AT },
  })
})

test("S3: document 003's client connects again by itself when its gateway was killed, and goes on", async () => {
  const [ada, ben] = await twoPeople(system.gateways)
  await using component = open(ada, 'chat')
  await using ofBen = open(ben, 'chatHook')
  await isShown(component, 'Connected')
  await eventually(() => expect(chat(ofBen).isConnected).toBe(true))

  await system.kill('gateway-1', 'SIGKILL')
  await isShown(component, 'Disconnected')
  const again = (): void =>
    expect(component.logged.filter(([text]) => text === 'Chat WebSocket connected')).toHaveLength(2)
  await eventually(again, { timeoutMs: 45_000 })
  chat(ofBen).sendMessage(ada.id, 'Are you back?')

  await isShown(component, 'ben: Are you back?')
})
