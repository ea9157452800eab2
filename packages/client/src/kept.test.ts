import { expect, test } from 'vitest'
import { bensTokens } from '../test/scripted-gateway.ts'
import { conversation, stateWorld } from '../test/state-world.ts'
import { chat, live, room, until, world } from '../test/world.ts'
import { memoryStorage } from './storage.ts'

test('two people whose clients keep in one place at once find nothing of each other after a reload', async () => {
  const storage = memoryStorage()
  await using adas = await stateWorld({ storage })
  adas.conversations.set(room, conversation({ title: 'Ada and Cleo', last_seq: 1 }))
  const adasPeer = await live(adas, 'a1')
  await adas.state.conversations.load()
  {
    await using bens = await world({ storage, tokens: bensTokens })
    await live(bens, 'b1')
  }
  const { acked } = adas.client.send(room, 'from Ada')
  await adasPeer.take('chat_message')
  void adas.state.conversation(room).edit({ id: 256, client_id: null }, 'changed by Ada')
  adasPeer.send(chat(1), { type: 'caught_up', cursor: 'a2' })
  await until('the cursor', () => adas.heard.includes('caught_up') && adas.heard.includes(1))
  await adas.client.close()
  await expect(acked).rejects.toMatchObject({ code: 'closed' })

  await using later = await stateWorld({ storage, tokens: bensTokens })
  const connected = later.client.connect()
  const peer = await later.gateway.accept()
  const hello = await peer.welcome('b2')
  await connected

  expect(hello).toEqual({ type: 'hello' })
  expect(later.state.conversations.get()).toEqual([])
  expect(later.client.localMessages.get()).toEqual([])
  expect(peer.received).toEqual([])
})

test('what an earlier version kept without a name on it is sent by nobody', async () => {
  const storage = memoryStorage()
  const fields = { conversation_id: room, content: 'whose?' }
  await storage.set('unsent', [{ client_id: 'c', fields, created_at: 'then', state: 'sending' }])
  await using w = await world({ storage })

  const peer = await live(w)

  expect(w.client.localMessages.get()).toEqual([])
  expect(peer.received).toEqual([])
})
