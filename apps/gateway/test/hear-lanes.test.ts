import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { subjects } from '@parley/protocol'
import { encodeLanePart } from '@parley/service-kit'
import { authorizationOf, makeNatsKeys } from '@parley/local-stack'
import { eventually, startTestNats } from '@parley/testkit'
import { expect, test } from 'vitest'
import { ada, startWorld } from './world.ts'

/** Whoever has no key may do everything. */
const withOthers = (users: string): string =>
  `${authorizationOf(`${users}\n  { user: others, password: others }`)}no_auth_user: others\n`

test('a gateway that may not hear lanes is not ready, and hears them once it may', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'parley-nats-rights-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const keys = await makeNatsKeys(join(folder, 'keys'))
  const dataDir = join(folder, 'nats')
  const denied = withOthers(keys.users.replaceAll(JSON.stringify(subjects.laneFramesAll), ''))
  let nats = await startTestNats({ dataDir, authorization: denied })
  stack.defer(() => nats.stop())
  const config = { NATS_NKEY_FILE: keys.seedFile('gateway') }
  const world = stack.use(await startWorld({ nats: nats.url, config }))
  const missing = async () => (await world.call('/healthz')).json()
  await eventually(async () => {
    expect(await missing()).toMatchObject({ missing: ['frames: NATS refuses the frames of lanes'] })
  })
  await using socket = await world.live(ada)

  const port = Number(new URL(nats.url).port)
  await nats.stop()
  nats = await startTestNats({ dataDir, port, authorization: withOthers(keys.users) })
  await eventually(async () => expect(await missing()).toEqual({ status: 'ok' }))
  const frames = JSON.stringify({ type: 'chat_message', n: 1 })
  world.bus.nats.publish(subjects.laneFrames(0), encodeLanePart({ kind: 'd', userIds: [ada], frames }))
  expect(await socket.next('chat_message')).toEqual({ type: 'chat_message', n: 1 })
})
