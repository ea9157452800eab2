import { listEndedSessions, subjects, sync } from '@parley/protocol'
import { handle, handleFrames } from '@parley/service-kit'
import { eventually, startTestNats } from '@parley/testkit'
import { expect, test } from 'vitest'
import { startNatsProxy } from './nats-proxy.ts'
import { ada, ben, startWorld } from './world.ts'

test('F22, T14: a gateway that lost the bus makes its sockets whole, and hears which sessions ended', async () => {
  await using nats = await startTestNats()
  await using proxy = await startNatsProxy(nats.url)
  const missed = new Map<number, string[]>()
  const cursors: (string | undefined)[] = []
  const ended: { session_id: string; user_id: number }[] = []
  await using world = await startWorld({
    nats: nats.url,
    config: { NATS_URL: proxy.url },
    handlers: [
      handleFrames(sync, async ({ cursor }, { caller }) => {
        cursors.push(cursor)
        const frames = cursor === undefined ? [] : (missed.get(caller.user_id) ?? [])
        return { output: { cursor: `${cursor ?? ''}+`, epoch: 'e1', continuation: null }, frames }
      }),
      handle(listEndedSessions, async () => ({ items: ended })),
    ],
  })
  await using first = await world.live(ada)
  await using second = await world.live(ben)
  await using leaver = await world.live(ben, { token: await world.issuer.token(ben, { sid: 'leaves' }) })

  proxy.cut()
  await eventually(async () => expect((await world.call('/healthz')).status).toBe(503))
  const frame = '{"type":"chat_message","n":1}'
  world.bus.nats.publish(subjects.user(ada, 'd'), frame)
  missed.set(ada, [frame])
  ended.push({ session_id: 'leaves', user_id: ben })
  first.send({ type: 'request', method: 'auth.get_me', ref: 'cut off' })
  expect(await first.next('error')).toMatchObject({ ref: 'cut off', code: 'unavailable' })
  proxy.heal()

  expect(await first.next('chat_message')).toMatchObject({ n: 1 })
  expect((await leaver.closed).code).toBe(4403)
  for (const socket of [first, second]) {
    await socket.next('caught_up')
    expect(socket.frames.at(-1)).toEqual({ type: 'caught_up', cursor: '++' })
  }
  expect(cursors.slice(3).filter((cursor) => cursor === '+').length).toBeGreaterThanOrEqual(2)
  world.bus.nats.publish(subjects.user(ben, 'd'), '{"type":"chat_message","n":2}')
  expect(await second.next('chat_message')).toMatchObject({ n: 2 })
  await eventually(async () => expect((await world.call('/healthz')).status).toBe(200))
})
