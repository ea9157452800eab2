import { expect, test } from 'vitest'
import { type Peer, ScriptedGateway, ada, ben, tokens, welcome } from '../test/scripted-gateway.ts'
import { ParleyClient } from './client.ts'
import type { ClientOptions } from './options.ts'

const room = 1024

/** A chat message of Ben's, or of another's. */
const chat = (rev: number, fields: Record<string, unknown> = {}) => ({
  type: 'chat_message',
  conversation_id: room,
  seq: rev,
  rev,
  message: {
    id: rev * 256,
    conversation_id: room,
    seq: rev,
    rev,
    client_id: null,
    content: `m${rev}`,
    sender: ben,
    ...fields,
  },
})

interface World extends AsyncDisposable {
  gateway: ScriptedGateway
  client: ParleyClient
  /** Revs of the messages that the application heard of. */
  heard: number[]
}

async function world(options: Partial<ClientOptions> = {}): Promise<World> {
  const gateway = await new ScriptedGateway().start()
  const client = new ParleyClient({ url: gateway.url, tokens: tokens(), random: () => 0.05, ...options })
  const heard: number[] = []
  client.on('chat_message', ({ rev }) => void heard.push(rev))
  return {
    gateway,
    client,
    heard,
    [Symbol.asyncDispose]: async () => {
      await client.close()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

async function live({ gateway, client }: World, cursor = 'c1'): Promise<Peer> {
  const connected = client.connect()
  const peer = await gateway.accept()
  await peer.welcome(cursor)
  await connected
  return peer
}

const until = async (what: string, test: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000
  while (!test()) {
    if (performance.now() > deadline) throw new Error(`waited for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('the socket is opened with the token as sub-protocol, and hello goes first', async () => {
  await using w = await world()
  const peer = await live(w)

  expect(peer.protocols).toEqual(['parley.v1', 'bearer.access-1'])
  expect(w.client.state.get()).toMatchObject({ name: 'live' })
})

test('after a loss it resumes from its cursor, and unacknowledged messages go first, in order, with their client_id', async () => {
  await using w = await world()
  const peer = await live(w)
  const first = w.client.send(room, 'one')
  const second = w.client.send(room, 'two')
  const sent = await peer.take('chat_message')
  peer.terminate()

  const again = await w.gateway.accept()
  const hello = await again.take('hello')
  again.send(welcome)
  const resent = await again.take('chat_message')
  again.send({
    type: 'ack',
    ref: resent.ref,
    client_id: resent['client_id'],
    seq: 1,
    rev: 1,
    duplicate: true,
  })
  const next = await again.take('chat_message')
  again.send({ type: 'ack', ref: next.ref, client_id: next['client_id'], seq: 2, rev: 2, duplicate: false })

  expect(hello['cursor']).toBe('c1')
  expect(resent).toMatchObject({ content: 'one', client_id: sent['client_id'] })
  expect(next['content']).toBe('two')
  expect(await first.acked).toMatchObject({ seq: 1, duplicate: true })
  expect(await second.acked).toMatchObject({ seq: 2 })
})
