import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { ada, bensTokens, type Peer, ScriptedGateway, tokens } from '../test/scripted-gateway.ts'
import { chat, faster, room, until } from '../test/world.ts'
import { ParleyClient } from './client.ts'
import type { ClientOptions } from './options.ts'
import { ParleyState } from './state.ts'
import { type ClientStorage, memoryStorage } from './storage.ts'
import { joinTabs, type Tabs } from './tabs.ts'

interface Tab extends AsyncDisposable {
  client: ParleyClient
  state: ParleyState
  tabs: Tabs
  /** Revs that the application of this tab heard of. */
  heard: number[]
}

/** A browser: tabs of one name, one storage and one gateway. */
class Browser implements AsyncDisposable {
  readonly gateway = new ScriptedGateway()
  readonly name = randomUUID()
  readonly storage: ClientStorage = memoryStorage()
  readonly #stack = new AsyncDisposableStack()

  async start(): Promise<this> {
    this.#stack.use(await this.gateway.start())
    return this
  }

  tab(options: Partial<ClientOptions> = {}): Tab {
    const { name, storage } = this
    const tabs = joinTabs({ name, storage, ...options })
    const client = new ParleyClient({
      url: this.gateway.url,
      tokens: tokens(),
      random: () => 0.01,
      ...options,
      ...tabs.options,
    })
    const heard: number[] = []
    client.on('chat_message', ({ rev }) => void heard.push(rev))
    const end = async () => {
      await client.close()
      tabs.leave()
    }
    return this.#stack.use({
      client,
      state: new ParleyState(client),
      tabs,
      heard,
      [Symbol.asyncDispose]: end,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

/** Connects the first tab, which becomes the leader. */
async function lead({ client }: Tab, { gateway }: Browser): Promise<Peer> {
  const connected = client.connect()
  const peer = await gateway.accept()
  await peer.welcome('c1')
  await connected
  return peer
}

/** Connects a further tab over the socket that is there. */
async function follow({ client }: Tab, peer: Peer): Promise<void> {
  const connected = client.connect()
  await peer.take('sync')
  peer.send({ type: 'caught_up', cursor: 'c1' })
  await connected
}

test('S4: tabs stay in step: two share one socket, each gets every frame, and the answers to what it asked', async () => {
  await using browser = await new Browser().start()
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  await follow(two, peer)

  const first = one.client.send(room, 'from one')
  const second = two.client.send(room, 'from two')
  const sent = [await peer.take('chat_message'), await peer.take('chat_message')]
  for (const [n, frame] of sent.entries())
    peer.ack(frame, { message_id: (n + 1) * 256, conversation_id: room, seq: n + 1, rev: n + 1 })
  const acks = await Promise.all([first.acked, second.acked])
  for (const [n, { client_id, content }] of sent.entries())
    peer.send(chat(n + 1, { client_id, content, sender: ada }))
  await until('the echoes', () => one.heard.length === 2 && two.heard.length === 2)

  expect(browser.gateway.peers).toHaveLength(1)
  expect(acks.map(({ client_id }) => client_id)).toEqual([first.client_id, second.client_id])
  expect([one.heard, two.heard]).toEqual([
    [1, 2],
    [1, 2],
  ])
  expect([one, two].flatMap(({ client }) => client.localMessages.get())).toEqual([])
})

test('a tab that comes later gets what it missed; the others, nothing twice', async () => {
  await using browser = await new Browser().start()
  await browser.storage.set('cursor', 'c0')
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  peer.send(chat(7))
  await until('the message', () => one.heard.length === 1)
  await browser.storage.set('cursor', 'c0')
  const ends: string[] = []
  one.client.on('caught_up', ({ cursor }) => void ends.push(cursor))

  const connected = two.client.connect()
  const sync = await peer.take('sync')
  peer.send(chat(7), chat(9), chat(8), { type: 'caught_up', cursor: 'c2' }, chat(10))
  await connected
  await until('the rest', () => one.heard.length === 4 && two.heard.length === 4)

  expect(sync['cursor']).toBe('c0')
  // That sync began at the cursor of the other: it says nothing of what this one may have lost.
  expect(ends).toEqual([])
  expect(one.heard).toEqual([7, 8, 9, 10])
  expect(two.heard).toEqual([7, 8, 9, 10])
  expect(peer.received).toEqual([])
})

test('when the leader is closed the next one goes on, and sends again what was not acknowledged, once', async () => {
  await using browser = await new Browser().start()
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  await follow(two, peer)
  const { client_id, acked } = two.client.send(room, 'hello')
  await peer.take('chat_message')

  one.tabs.leave()
  const next = await browser.gateway.accept()
  expect((await next.welcome('c2'))['cursor']).toBe('c1')
  const again = await next.take('chat_message')
  next.ack(again, { message_id: 256, conversation_id: room, seq: 1, rev: 1, duplicate: true })

  expect(again['client_id']).toBe(client_id)
  expect(await acked).toMatchObject({ client_id, duplicate: true })
  expect(await peer.closed()).toBe(1000)
})

// Node, unlike browsers, never releases the locks of a thread that was terminated: the worst that can happen.
test('a leader that dies without a word, and its lock with it, is deposed once it is silent', async () => {
  await using browser = await new Browser().start()
  const worker = new Worker(new URL('../test/fixture/tab-worker.ts', import.meta.url), {
    workerData: { url: browser.gateway.url, name: browser.name },
    execArgv: ['--conditions=@parley/source'],
  })
  const isLive = once(worker, 'message')
  const peer = await browser.gateway.accept()
  await peer.welcome('c1')
  await isLive
  const tab = browser.tab(faster(40))
  await follow(tab, peer)

  await worker.terminate()
  const next = await browser.gateway.accept()
  await next.welcome('c2')
  next.send(chat(7))
  await until('a message', () => tab.heard.length === 1)

  expect(browser.gateway.peers).toHaveLength(2)
})

test('what a closed tab has not sent goes out from another one, with its edits', async () => {
  await using browser = await new Browser().start()
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  await follow(two, peer)
  const { client_id } = two.client.send(room, 'hello')
  void two.state.conversation(room).edit({ id: null, client_id }, 'hello there')
  await peer.take('chat_message')
  await two.client.close()
  expect(one.client.localMessages.get()).toEqual([])

  two.tabs.leave()
  const sent = await peer.take('chat_message')
  peer.ack(sent, { message_id: 256, conversation_id: room, seq: 1, rev: 1, duplicate: true })
  const edit = await peer.take('message_edit')

  expect(sent).toMatchObject({ client_id, content: 'hello' })
  expect(edit).toMatchObject({ message_id: 256, content: 'hello there' })
  expect(one.client.localMessages.get()).toMatchObject([{ client_id, state: 'sent' }])
  const kept = await Promise.all(['tabs', 'unsent'].map((key) => browser.storage.get(key)))
  expect(kept).toEqual([[expect.any(String)], undefined])
})

test('a reloaded page sends what it had not sent before', async () => {
  await using browser = await new Browser().start()
  const before = browser.tab()
  const { client_id } = before.client.send(room, 'hello')
  await before.client.close()
  before.tabs.leave()

  const peer = await lead(browser.tab(), browser)

  expect((await peer.take('chat_message'))['client_id']).toBe(client_id)
})

test('what the tabs want of the socket is put together', async () => {
  await using browser = await new Browser().start()
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  await follow(two, peer)

  one.state.presence(1).subscribe(() => {})
  expect((await peer.take('watch'))['user_ids']).toEqual([1])
  two.state.presence(2).subscribe(() => {})
  expect((await peer.take('watch'))['user_ids']).toEqual([1, 2])
  for (const { state } of [one, two]) {
    state.conversation(room).open()
    peer.ack(await peer.take('attach'), { rev: 0 })
  }
  await one.client.close()
  expect((await peer.take('watch'))['user_ids']).toEqual([2])
  await two.client.close()

  expect(await peer.closed()).toBe(1000)
  expect(peer.received.filter(({ type }) => type === 'detach')).toEqual([])
})

test('a deploy takes all tabs to one new socket, and each hears everything once', async () => {
  await using browser = await new Browser().start()
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  await follow(two, peer)

  peer.send({ type: 'goaway', reconnect_in_ms: 200 })
  const next = await browser.gateway.accept()
  await next.welcome('c2', [chat(7)])
  await next.take('sync')
  next.send(chat(7), { type: 'caught_up', cursor: 'c2' })
  expect(await peer.closed()).toBe(1000)
  next.send(chat(8))
  await until('the message', () => one.heard.length === 2 && two.heard.length === 2)

  expect([one.heard, two.heard]).toEqual([
    [7, 8],
    [7, 8],
  ])
  expect(browser.gateway.peers).toHaveLength(2)
})

test('a leader that is frozen is deposed', async () => {
  await using browser = await new Browser().start()
  // A page that holds the lock and says nothing.
  const deposed = navigator.locks
    .request(`${browser.name}:leader`, () => new Promise<void>(() => {}))
    .catch(({ name }: Error) => name)

  await lead(browser.tab(faster(20)), browser)

  expect(await deposed).toBe('AbortError')
})

test('two people under one name share no socket: each hears and sends as nobody but themselves', async () => {
  await using browser = await new Browser().start()
  const [adas, bens] = [browser.tab(), browser.tab({ tokens: bensTokens })]
  const adasPeer = await lead(adas, browser)
  const bensPeer = await lead(bens, browser)
  const heard = async () => (await bensPeer.take('chat_message'))['content']

  adasPeer.send(chat(7))
  await until('the message', () => adas.heard.length === 1)
  bens.client.send(room, 'from Ben')

  expect(await heard()).toBe('from Ben')
  expect([adasPeer.credential, bensPeer.credential]).toEqual(['bearer.access-1', 'bearer.access-7'])
  expect(bens.heard).toEqual([])
  expect(adasPeer.received).toEqual([])
})

test('a new leader opens a socket for each person, and their tabs go on each on its own', async () => {
  await using browser = await new Browser().start()
  const [leader, adas, bens] = [browser.tab(), browser.tab(), browser.tab({ tokens: bensTokens })]
  const first = await lead(leader, browser)
  await follow(adas, first)
  await lead(bens, browser)

  leader.tabs.leave()
  const peers = [await browser.gateway.accept(), await browser.gateway.accept()]
  await Promise.all(peers.map((peer) => peer.welcome('c2')))
  const [adasPeer, bensPeer] = peers.toSorted((a, b) => a.credential.localeCompare(b.credential))
  adasPeer?.send(chat(7))
  bensPeer?.send(chat(8))
  await until('the messages', () => adas.heard.length === 1 && bens.heard.length === 1)

  expect(peers.map(({ credential }) => credential).toSorted()).toEqual(['bearer.access-1', 'bearer.access-7'])
  expect([adas.heard, bens.heard]).toEqual([[7], [8]])
})

test('who logs in as somebody else in a tab leaves the socket of the first person to the others', async () => {
  await using browser = await new Browser().start()
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  await follow(two, peer)

  await two.client.adopt(bensTokens)
  const bensPeer = await lead(two, browser)
  peer.send(chat(7))
  bensPeer.send(chat(8))
  await until('the messages', () => one.heard.length === 1 && two.heard.length === 1)

  expect([one.heard, two.heard]).toEqual([[7], [8]])
})

test('with one-time tickets a socket is shared by the tabs of one person all the same', async () => {
  await using browser = await new Browser().start()
  let tickets = 0
  browser.gateway.routes.set('POST /api/auth/ticket', () => ({
    status: 201,
    body: { ticket: `t${(tickets += 1)}`, expires_in: 30 },
  }))
  const [one, two] = [browser.tab({ tickets: true }), browser.tab({ tickets: true })]

  await follow(two, await lead(one, browser))

  expect(tickets).toBe(2)
  expect(browser.gateway.peers).toHaveLength(1)
})

test('what a closed tab has not sent waits for a tab of the same person', async () => {
  await using browser = await new Browser().start()
  const [bens, adas] = [browser.tab({ tokens: bensTokens }), browser.tab()]
  const bensPeer = await lead(bens, browser)
  const adasPeer = await lead(adas, browser)
  const { client_id } = adas.client.send(room, 'from Ada')
  await adasPeer.take('chat_message')
  await adas.client.close()

  adas.tabs.leave()
  await follow(browser.tab({ tokens: bensTokens }), bensPeer)
  const next = await lead(browser.tab(), browser)

  expect(await next.take('chat_message')).toMatchObject({ client_id, content: 'from Ada' })
  expect(bens.client.localMessages.get()).toEqual([])
  expect(bensPeer.received).toEqual([])
})

test('commands about what the tabs want together are answered as any other', async () => {
  await using browser = await new Browser().start()
  const [one, two] = [browser.tab(), browser.tab()]
  const peer = await lead(one, browser)
  await follow(two, peer)
  const take = async (type: string) => {
    const frame = await peer.take(type)
    peer.ack(frame, { rev: 0 })
    return frame
  }

  const answers = [
    one.client.command('presence', { status: 'online' }),
    two.client.command('presence', { status: 'away' }),
    one.client.command('watch', { user_ids: [1] }),
    two.client.command('watch', { user_ids: [2] }),
    ...[one, two].map(({ client }) => client.command('attach', { conversation_id: room })),
  ]
  const types = ['presence', 'presence', 'watch', 'watch', 'attach', 'attach']
  const said = await Promise.all(types.map(take))
  await Promise.all(answers)
  await one.client.command('detach', { conversation_id: room })
  const detached = two.client.command('detach', { conversation_id: room })
  await take('detach')
  await detached

  expect(said.map(({ status }) => status).slice(0, 2)).toEqual(['online', 'online'])
  expect(said[3]?.['user_ids']).toEqual([1, 2])
  expect(peer.received).toEqual([])
})
