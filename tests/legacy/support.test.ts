import type { Conversation } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAdmin } from '../client/admin.ts'
import { fetchOk } from '../client/http.ts'
import { logInAgain, register, type Person } from '../client/people.ts'
import { openAt } from '../client/socket.ts'
import { bundle, openPage, type Page } from './page.ts'
import { blockOf } from './words.ts'

/** The service as document 004 describes it: one socket a room, five attempts, a queue, listeners. */
const SERVICE = `
const listeners = new Set()
let socket, queue = [], attempts = 0, isWanted = false
function open(roomId) {
  socket = new WebSocket('BASE/ws/chat/' + roomId + '/?token=' + localStorage.getItem('token'))
  socket.onopen = () => { attempts = 0; for (const frame of queue.splice(0)) send(frame); for (const tell of listeners) tell({ type: 'open' }) }
  socket.onmessage = ({ data }) => { for (const tell of listeners) tell(JSON.parse(data)) }
  socket.onclose = ({ code }) => {
    for (const tell of listeners) tell({ type: 'close', code })
    if (isWanted && ++attempts <= 5) setTimeout(() => open(roomId), 1000 * attempts)
  }
}
function send(frame) { if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame)); else queue.push(frame) }
export default {
  connect(roomId) { isWanted = true; open(roomId) },
  disconnect() { isWanted = false; socket.close() },
  sendMessage: (message) => send({ type: 'chat_message', message }),
  sendTyping: (is_typing) => send({ type: 'typing', is_typing }),
  sendReadReceipt: (message_id) => send({ type: 'read_receipt', message_id }),
  onMessage(tell) { listeners.add(tell); return () => listeners.delete(tell) },
}`
// What its callers do stands in the document, in paragraphs: each is done when the story comes to it.
const [
  importing = '',
  connecting = '',
  sending = '',
  typing = '',
  reading = '',
  listening = '',
  ending = '',
] = blockOf('support', "from 'services/socket'").split('\n\n')
const CALLER = `
${importing}
globalThis.heard = []
chatWebSocket.onMessage((data) => globalThis.heard.push(data))
globalThis.connect = (roomId) => { ${connecting} }
globalThis.send = () => { ${sending} }
globalThis.type = () => { ${typing} }
globalThis.read = (messageId) => { ${reading} }
let end
globalThis.listen = () => { ${listening}
  end = () => { ${ending} } }
globalThis.end = () => end()
globalThis.say = (text) => chatWebSocket.sendMessage(text)`

interface Heard {
  type: string
  [field: string]: unknown
}

let system: System
let here: string
let there: string
let scripts: Record<string, string>
let admin: Person

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  ;[here = '', there = ''] = system.gateways
  const joined = await register(here, 'root')
  await runAdmin(system.dataDir, joined.username, 'no password is asked for')
  admin = await logInAgain(here, joined)
  const bundleFor = (gateway: string): Promise<string> => {
    const service = SERVICE.replace('BASE', `${gateway.replace('http', 'ws')}/support`)
    return bundle({ 'services/socket.js': service, 'main.jsx': CALLER })
  }
  scripts = { here: await bundleFor(here), there: await bundleFor(there) }
})
afterAll(() => system[Symbol.asyncDispose]())

const openCaller = ({ token }: Person, roomId: number, gateway: 'here' | 'there'): Page => {
  const page = openPage(scripts[gateway] as string, { token })
  page.get<(roomId: number) => void>('connect')(roomId)
  return page
}
const run = (page: Page, name: string, ...args: unknown[]): void =>
  page.get<(...args: unknown[]) => void>(name)(...args)
const heard = (page: Page, type: string): Heard[] =>
  page.get<Heard[]>('heard').filter((frame) => frame.type === type)
const openSupport = async (person: Person): Promise<number> => {
  const json = { kind: 'support', subject: 'A refund' }
  const made = await fetchOk<Conversation>(`${here}/api/conversations`, {
    method: 'POST',
    token: person.token,
    json,
  })
  return made.id
}
const AT = expect.stringMatching(/^\d{4}-.*Z$/) as string

test("S4: callers of its service go on unchanged: document 004's user and admin talk; its socket is /ws/chat/{room_id}/; chat_message goes both ways; typing is sent and arrives; read_receipt is sent and arrives; user_status arrives", async () => {
  const ada = await register(there, 'ada')
  const room = await openSupport(ada)
  await using ofAda = openCaller(ada, room, 'here')
  run(ofAda, 'listen')
  // Before it is connected: the service keeps it.
  run(ofAda, 'send')
  await eventually(() => expect(heard(ofAda, 'chat_message')).toHaveLength(1))
  await using tab = openCaller(ada, room, 'there')
  await eventually(() => expect(heard(tab, 'open')).toHaveLength(1))
  await using ofAdmin = openCaller(admin, room, 'there')
  await eventually(() => expect(heard(ofAdmin, 'open')).toHaveLength(1))
  await eventually(() =>
    expect(heard(ofAdmin, 'user_status')).toEqual([
      { type: 'user_status', user_id: ada.id, status: 'online' },
    ]),
  )

  run(ofAdmin, 'type')
  await eventually(() =>
    expect(heard(ofAda, 'typing')).toMatchObject([{ user_id: admin.id, user_name: 'root', is_typing: true }]),
  )
  run(ofAdmin, 'say', 'Good morning')
  for (const page of [ofAda, tab, ofAdmin])
    await eventually(() =>
      expect(heard(page, 'chat_message').at(-1)).toMatchObject({ message: 'Good morning', is_admin: true }),
    )
  const answer = heard(ofAda, 'chat_message').at(-1) as Heard
  run(ofAda, 'read', answer['id'])
  await eventually(() =>
    expect(heard(ofAdmin, 'read_receipt')).toContainEqual({
      ...{ type: 'read_receipt', message_id: answer['id'], user_id: ada.id, timestamp: AT },
    }),
  )
  run(ofAda, 'type')
  await eventually(() =>
    expect(heard(ofAdmin, 'typing')).toMatchObject([{ user_id: ada.id, is_typing: true }]),
  )

  expect(heard(ofAda, 'chat_message')[0]).toMatchObject({
    ...{ room_id: room, message: 'Hello!', is_admin: false, created_at: AT },
    sender: { id: ada.id, username: ada.username },
  })
  expect(ofAda.logged).toEqual([
    ['New message:', 'Hello!'],
    ['New message:', 'Good morning'],
  ])
  run(ofAda, 'end')
  await eventually(() => expect(heard(ofAda, 'close')).toHaveLength(1))
})

test("S4: document 004's user is in their own room alone, an admin in every room; a room that is not theirs closes 4404", async () => {
  const [ada, ben] = [await register(here, 'ada'), await register(there, 'ben')]
  const rooms = [await openSupport(ada), await openSupport(ben)] as const
  const codeOf = async ({ token }: Person, room: number): Promise<number> => {
    await using socket = await openAt(there, `/support/ws/chat/${room}/?token=${token}`)
    return (await socket.closedWithin(10_000)).code
  }

  expect([await codeOf(ada, rooms[1]), await codeOf(ben, rooms[0])]).toEqual([4404, 4404])
  for (const room of rooms) {
    await using ofAdmin = openCaller(admin, room, 'here')
    await eventually(() => expect(heard(ofAdmin, 'open')).toHaveLength(1))
    run(ofAdmin, 'send')
    await eventually(() =>
      expect(heard(ofAdmin, 'chat_message')).toMatchObject([{ room_id: room, is_admin: true }]),
    )
  }
})

test("S4: document 004's service is connected again after its gateway was killed, and what was written meanwhile arrives", async () => {
  const ada = await register(there, 'ada')
  const room = await openSupport(ada)
  await using ofAda = openCaller(ada, room, 'here')
  await using ofAdmin = openCaller(admin, room, 'there')
  for (const page of [ofAda, ofAdmin])
    await eventually(() => expect(heard(page, 'open')).toHaveLength(1), { timeoutMs: 20_000 })

  await system.kill('gateway-1', 'SIGKILL')
  await eventually(() => expect(heard(ofAda, 'close').length).toBeGreaterThan(0), { timeoutMs: 20_000 })
  run(ofAda, 'say', 'Written meanwhile')

  await eventually(
    () => expect(heard(ofAdmin, 'chat_message')).toMatchObject([{ message: 'Written meanwhile' }]),
    { timeoutMs: 45_000 },
  )
})
