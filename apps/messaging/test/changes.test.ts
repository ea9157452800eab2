import { editMessage, sendMessage } from '@parley/protocol'
import { kyselyOn } from '@parley/service-kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listChangesSince } from '../src/store/changes.ts'
import type { Tables } from '../src/store/tables.ts'
import { connect } from './query.ts'
import { clientId, startWorld, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld({ LANES: '1', SEND_BURST: '1000' })
})
afterAll(() => world[Symbol.asyncDispose]())

/** More than are looked at first. */
const MESSAGES = 150

test('what is edited between two reads of what came since is not missed', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id: conversation_id } = await world.direct(ada, ben)
  const ids: number[] = []
  for (let n = 0; n < MESSAGES; n++) {
    const input = { conversation_id, content: `message ${n}`, client_id: clientId() }
    ids.push((await world.bus.call(sendMessage, input, { caller: ada })).message_id)
  }
  await using stack = new AsyncDisposableStack()
  const client = await connect(world)
  stack.defer(() => client.end())
  let reads = 0
  const edit = async () => {
    if (++reads !== 1) return
    for (const message_id of [ids[3], ids[140]] as number[])
      await world.bus.call(editMessage, { message_id, content: 'edited meanwhile' }, { caller: ada })
  }
  const db = kyselyOn<Tables>(client).withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await edit()
      return result
    },
  })

  const changes = await listChangesSince(db, {
    reader: { user_id: ben.user_id, conversation_id },
    ...{ pos: 0, last_rev: MESSAGES, joined_seq: 0, most: 1_000 },
  })
  expect(reads).toBeGreaterThan(1)
  const others = ids.filter((id) => id !== ids[3] && id !== ids[140])
  expect(changes.map(({ id }) => Number(id))).toEqual([...others, ids[3], ids[140]])
  expect(changes.slice(-2).map(({ content }) => content)).toEqual(['edited meanwhile', 'edited meanwhile'])
})
