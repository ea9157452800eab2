import { expect, test } from 'vitest'
import { stateWorld } from '../../test/state-world.ts'
import { live, sooner, until } from '../../test/world.ts'

const status = (user_id: number, fields: Record<string, unknown>) => ({
  type: 'user_status',
  user_id,
  ...fields,
})

test('one list names all whom somebody looks at; it is sent again after a reconnect, and shrinks a little later', async () => {
  await using w = await stateWorld(sooner(4_000, 50))
  const peer = await live(w)
  const seen: string[] = []
  const presence = w.state.presence(257)
  const stops = [
    presence.subscribe(({ status: word }) => void seen.push(word)),
    w.state.presence(257).subscribe(() => {}),
    w.state.presence(513).subscribe(() => {}),
  ]

  expect((await peer.take('watch'))['user_ids']).toEqual([257, 513])
  peer.send(status(257, { status: 'online' }), status(257, { status: 'offline', last_seen: 'then' }))
  peer.send(status(769, { status: 'online' }))
  await until('the status', () => seen.length === 2)
  expect(presence.get()).toEqual({ status: 'offline', last_seen: 'then' })
  expect(w.state.presence(769).get().status).toBe('unknown')
  peer.terminate()
  const again = await w.gateway.accept()
  await again.welcome('c2')
  expect((await again.take('watch'))['user_ids']).toEqual([257, 513])
  // Whoever ends it twice, as may happen in a clean-up, does not end it for the other one.
  for (const index of [0, 0, 2]) stops[index]?.()

  expect((await again.take('watch'))['user_ids']).toEqual([257])
  expect(seen).toEqual(['online', 'offline'])
})

test('of more than the server takes, those who came last are watched', async () => {
  await using w = await stateWorld()
  const peer = await live(w)
  for (let id = 1; id <= 150; id += 1) w.state.presence(id).subscribe(() => {})

  const { user_ids } = await peer.take('watch')

  expect(user_ids).toEqual(Array.from({ length: 100 }, (_, n) => n + 51))
})
