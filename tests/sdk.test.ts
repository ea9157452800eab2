import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionState, ParleyClient, type SocketConstructor } from '@parley/client'
import { ParleyState } from '@parley/client/state'
import type { Message } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const TOKEN_SECONDS = 10
const patiently = { timeoutMs: 45_000 }
let system: System

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '3', ACCESS_TOKEN_TTL: String(TOKEN_SECONDS) }
  system = await startSystem({ gateways: 2, env })
})
afterAll(() => system[Symbol.asyncDispose]())
// What a test before has killed is back.
beforeEach(async () => {
  for (const gateway of system.gateways)
    await eventually(async () => {
      const { ok, status } = await fetch(`${gateway}/healthz`)
      if (!ok) throw new Error(`${gateway} answers ${status}`)
    }, patiently)
})

/** Gives each new socket to the next gateway, as a balancer does. */
function balanced(): SocketConstructor {
  let opened = 0
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      const target = new URL(url)
      target.port = new URL(system.gateways[opened % system.gateways.length] as string).port
      opened += 1
      super(target, protocols)
    }
  }
}

/** A person at an application: messages by id, as the SDK's page says, and every frame told counted. */
class Person implements AsyncDisposable {
  readonly client: ParleyClient
  readonly state: ParleyState
  readonly messages = new Map<number, Message>()
  readonly told: string[] = []
  readonly states: ConnectionState['name'][] = []
  #account = { username: '', password: randomUUID() }

  constructor() {
    // HTTP stays with the gateway that no test stops.
    this.client = new ParleyClient({ url: system.gateways[1] as string, WebSocket: balanced() })
    this.state = new ParleyState(this.client)
    this.client.on('chat_message', ({ message, rev }) => {
      this.messages.set(message.id, message)
      this.told.push(`${message.conversation_id}:${rev}`)
    })
    this.client.state.subscribe(({ name }) => this.states.push(name))
  }

  async start(name: string): Promise<this> {
    this.#account.username = `${name}-${randomUUID().slice(0, 13)}`
    await this.client.register({ ...this.#account, first_name: name })
    await this.client.connect()
    return this
  }

  /** Logs in on a further device. */
  async startAs(person: Person): Promise<this> {
    const { username, password } = person.#account
    await this.client.logIn({ identifier: username, password })
    await this.client.connect()
    return this
  }

  get id(): number {
    return this.client.user.get()?.id ?? 0
  }

  /** What was said, in the conversation's order. */
  shown(): string[] {
    return [...this.messages.values()].sort((a, b) => a.seq - b.seq).map(({ content }) => content)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.client.close()
  }
}

async function pair(stack: AsyncDisposableStack) {
  const [ada, ben] = await Promise.all(['ada', 'ben'].map((name) => stack.use(new Person()).start(name)))
  if (!ada || !ben) throw new Error('nobody came')
  await ada.client.call('matching.like', { user_id: ben.id })
  const liked = await ben.client.call('matching.like', { user_id: ada.id })
  if (liked.status !== 'matched') throw new Error('a mutual like made no match')
  return { ada, ben, room: liked.match.conversation_id }
}

test('two applications meet: a match, a message, its ack, a receipt and a sign of typing', async () => {
  await using stack = new AsyncDisposableStack()
  const [ada, ben] = await Promise.all(['ada', 'ben'].map((name) => stack.use(new Person()).start(name)))
  if (!ada || !ben) throw new Error('nobody came')
  const heard: string[] = []
  ada.client.on('new_match', ({ match }) => heard.push(`match ${match.user.id}`))
  ada.client.on('read_receipt', ({ user_id, seq }) => heard.push(`read ${user_id} ${seq}`))
  ada.client.on('typing_indicator', ({ user_id, is_typing }) => heard.push(`typing ${user_id} ${is_typing}`))

  await ada.client.call('matching.like', { user_id: ben.id })
  const liked = await ben.client.call('matching.like', { user_id: ada.id })
  if (liked.status !== 'matched') throw new Error('a mutual like made no match')
  const room = liked.match.conversation_id
  const { client_id, acked } = ada.client.send(room, 'hello')
  const ack = await acked
  await eventually(() => expect(ben.shown()).toEqual(['hello']), patiently)
  ben.client.setTyping(room)
  const read = await ben.client.markRead(room, ack.seq)
  await eventually(() => expect(heard).toHaveLength(3), patiently)

  expect(ack).toMatchObject({ client_id, conversation_id: room, seq: 1, rev: 1, duplicate: false })
  expect(read).toMatchObject({ read_seq: 1, unread_count: 0 })
  expect(heard.toSorted()).toEqual([`match ${ben.id}`, `read ${ben.id} 1`, `typing ${ben.id} true`])
  expect(ada.shown()).toEqual(['hello'])
  expect(ada.client.localMessages.get()).toEqual([])
})

test('a message that is refused for good says why, field by field; what follows goes on', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(stack)

  const refused = ada.client.send(room, 'x'.repeat(4_001))
  const stranger = ada.client.send(256 * 7, 'hello?')
  await ada.client.send(room, 'short').acked

  await expect(refused.acked).rejects.toMatchObject({
    code: 'invalid',
    remedy: 'fix',
    errors: [{ path: 'content' }],
  })
  await expect(stranger.acked).rejects.toMatchObject({ code: 'conversation_not_found', remedy: 'stop' })
  await eventually(() => expect(ben.shown()).toEqual(['short']), patiently)
})

test('devices stay in step: changes show at once, a refused one goes back, and reading on one clears the other', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(stack)
  const tablet = await stack.use(new Person()).startAs(ada)
  const devices = [ada, tablet, ben]
  const shown = ({ state }: Person) =>
    state
      .conversation(room)
      .messages.get()
      .map(({ content, reactions, is_deleted, is_pending }) => ({
        content,
        reactions,
        is_deleted,
        is_pending,
      }))
  const unread = ({ state }: Person) => state.conversations.unread.get()
  for (const { state } of devices) {
    await state.conversations.load()
    state.conversation(room).open()
  }

  for (const text of ['one', 'two', 'three']) await ben.client.send(room, text).acked
  await eventually(() => expect(devices.map((device) => shown(device).length)).toEqual([3, 3, 3]), patiently)
  await eventually(() => expect(devices.map(unread)).toEqual([3, 3, 0]), patiently)
  tablet.state.conversation(room).markRead(2)
  expect(unread(tablet)).toBe(1)
  await eventually(() => expect(unread(ada)).toBe(1), patiently)
  await tablet.client.markRead(room, 3)
  await eventually(() => expect([ada, tablet].map(unread)).toEqual([0, 0]), patiently)

  const [one, two] = ben.state.conversation(room).messages.get()
  if (!one || !two) throw new Error('nothing is shown')
  const edited = ben.state.conversation(room).edit(one, 'ONE')
  const deleted = ben.state.conversation(room).delete(two)
  expect(shown(ben).map(({ content }) => content)).toEqual(['ONE', '', 'three'])
  const refused = ada.state.conversation(room).edit(one, 'mine')
  const reacted = ada.state.conversation(room).react(one, '👍')
  expect(shown(ada)[0]).toMatchObject({ content: 'mine', reactions: { '👍': [ada.id] }, is_pending: true })
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
  await Promise.all([edited, deleted, reacted])

  const settled = { is_deleted: false, is_pending: false, reactions: {} }
  const truth = [
    { ...settled, content: 'ONE', reactions: { '👍': [ada.id] } },
    { ...settled, content: '', is_deleted: true },
    { ...settled, content: 'three' },
  ]
  await eventually(() => expect(devices.map(shown)).toEqual([truth, truth, truth]), patiently)
  const [member] = ben.state
    .conversation(room)
    .members.get()
    .filter(({ user }) => user.id === ada.id)
  expect(member).toMatchObject({ read_seq: 3, delivered_seq: 3 })
})

test('F44: what is said while processes are killed arrives once, in the order of sending, on both sides', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(stack)
  const count = 50

  const talk = async (person: Person, name: string) => {
    for (let n = 0; n < count; n += 1) {
      void person.client.send(room, `${name} ${n}`)
      await delay(100)
    }
  }
  const talking = Promise.all([talk(ada, 'ada'), talk(ben, 'ben')])
  for (const name of ['gateway-1', 'messaging', 'gateway-2']) {
    await delay(1_200)
    await system.kill(name)
  }
  await talking
  const isWhole = () => {
    for (const person of [ada, ben]) {
      expect(person.client.localMessages.get()).toEqual([])
      expect(person.shown()).toHaveLength(2 * count)
    }
  }
  await eventually(isWhole, patiently)

  expect(ada.shown()).toEqual(ben.shown())
  for (const name of ['ada', 'ben'])
    expect(ada.shown().filter((content) => content.startsWith(name))).toEqual(
      Array.from({ length: count }, (_, n) => `${name} ${n}`),
    )
  for (const { told } of [ada, ben]) expect(told).toHaveLength(new Set(told).size)
})

test('S1: a session outlives its access tokens on one socket', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(stack)
  ada.states.length = 0

  await delay(1_000 * (TOKEN_SECONDS + 7))
  await ada.client.send(room, 'still here').acked
  await eventually(() => expect(ben.shown()).toEqual(['still here']), patiently)

  expect(ada.states.filter((name) => name !== 'live')).toEqual([])
  expect(await ada.client.call('auth.get_me', {})).toMatchObject({ id: ada.id })
})

test('a gateway that is stopped hands its sockets over: the client never leaves, and nothing is lost', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(stack)
  for (const person of [ada, ben]) person.states.length = 0

  await system.kill('gateway-1', 'SIGTERM')
  for (let n = 0; n < 30; n += 1) {
    void ada.client.send(room, `${n}`)
    await delay(100)
  }
  await eventually(() => expect(ben.shown()).toHaveLength(30), patiently)

  expect(ben.shown()).toEqual(Array.from({ length: 30 }, (_, n) => `${n}`))
  for (const { states, told } of [ada, ben]) {
    expect(new Set(states)).toEqual(new Set(['handing_over', 'live']))
    expect(told).toHaveLength(new Set(told).size)
  }
})

test('logging out ends the session everywhere: here, on its socket, and for its tokens', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada } = await pair(stack)

  await ada.client.logOut()

  expect(ada.client.state.get().name).toBe('closed')
  await expect(ada.client.call('auth.get_me', {})).rejects.toMatchObject({
    code: 'signed_out',
    remedy: 'log_in',
  })
  await expect(ada.client.connect()).rejects.toMatchObject({ code: 'signed_out' })
})
