import { expect, test } from 'vitest'
import { ben, type Frame, type Peer } from '../../test/scripted-gateway.ts'
import { conversation, frameOf, message, own, type StateWorld, stateWorld } from '../../test/state-world.ts'
import { live, room, sooner, until } from '../../test/world.ts'

/** A client that follows the room, whose waits of a second and more are over a hundred times sooner. */
async function followed(fields: Parameters<typeof conversation>[0] = {}): Promise<[StateWorld, Peer]> {
  const w = await stateWorld(sooner(1_000, 100))
  w.conversations.set(room, conversation(fields))
  const peer = await live(w)
  await w.state.conversations.load()
  return [w, peer]
}

const confirmed = ({ received }: Peer): Frame[] => received.filter(({ type }) => type === 'delivery_receipt')

test('messages that arrive are confirmed to whoever writes to the person alone, once for all in a row', async () => {
  const [w, peer] = await followed()
  await using _ = w
  peer.send(...[1, 2, 3].map((seq) => frameOf(message(seq))))

  const first = await peer.take('delivery_receipt')
  peer.ack(first, { delivered_seq: 3 })
  peer.send(frameOf(message(4)))
  const second = await peer.take('delivery_receipt')

  expect([first, second]).toMatchObject([
    { conversation_id: room, seq: 3 },
    { conversation_id: room, seq: 4 },
  ])
})

test('what came while nobody was there is confirmed once it is loaded', async () => {
  const [w, peer] = await followed({ last_seq: 7, unread_count: 2 })
  await using _ = w

  expect(await peer.take('delivery_receipt')).toMatchObject({ conversation_id: room, seq: 7 })
})

test('what came right before the client was closed is confirmed when it connects again', async () => {
  const [w, peer] = await followed()
  await using _ = w
  peer.send(frameOf(message(1)))
  await peer.take('delivery_receipt')
  await w.client.close()
  const again = await live(w, 'c2')

  expect(await again.take('delivery_receipt')).toMatchObject({ conversation_id: room, seq: 1 })
})

test.each([
  { what: 'in a group', fields: { kind: 'group' as const }, frames: [frameOf(message(1))] },
  { what: 'of oneself', fields: {}, frames: [frameOf(message(1, own))] },
  {
    what: 'that is read by then',
    fields: {},
    frames: [
      frameOf(message(1)),
      { type: 'read_receipt', conversation_id: room, message_id: 256, seq: 1, user_id: own.sender.id },
    ],
  },
])('a message $what is not confirmed', async ({ fields, frames }) => {
  const [w, peer] = await followed(fields)
  await using _ = w
  peer.send(...frames)
  await until('the frames', () => w.state.conversations.get()[0]?.last_seq === 1)
  // In another conversation, after it: whatever is confirmed has gone out by then.
  w.conversations.set(2048, conversation({ id: 2048, last_seq: 1, unread_count: 1, participants: [ben] }))
  peer.send({ type: 'conversation_update', conversation: w.conversations.get(2048) })
  const next = await peer.take('delivery_receipt')

  expect(next['conversation_id']).toBe(2048)
  expect(confirmed(peer)).toEqual([])
})
