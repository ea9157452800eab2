import { expect, test } from 'vitest'
import { type Frame, welcome } from '../test/scripted-gateway.ts'
import { live, until, world } from '../test/world.ts'

test('what was said to a socket and acknowledged is said again to the next one, in an order that means the same', async () => {
  await using w = await world()
  const peer = await live(w)
  const say = async (type: 'subscribe' | 'unsubscribe', subscription_type: 'matches' | 'notifications') => {
    const said = w.client.command(type, { subscription_type })
    peer.ack(await peer.take(type))
    await said
  }
  await say('unsubscribe', 'matches')
  await say('unsubscribe', 'notifications')
  await say('subscribe', 'notifications')
  const away = w.client.command('presence', { status: 'away' })
  peer.ack(await peer.take('presence'))
  await away
  const refused = w.client.command('subscribe', { subscription_type: 'conversations' })
  peer.refuse(await peer.take('subscribe'), 'invalid')
  await expect(refused).rejects.toMatchObject({ code: 'invalid' })
  peer.terminate()

  const again = await w.gateway.accept()
  await again.take('hello')
  again.send(welcome, { type: 'caught_up', cursor: 'c2' })
  await until('all of it', () => again.received.length >= 3)

  const said = again.received.map(({ type, status, subscription_type }: Frame) => [
    type,
    status ?? subscription_type,
  ])
  expect(said).toEqual([
    ['presence', 'away'],
    ['unsubscribe', 'matches'],
    ['subscribe', 'notifications'],
  ])
})
