import {
  getThread,
  listMessages,
  listNewerMessages,
  openConversation,
  pull,
  removeMember,
  sendMessage,
  type Caller,
} from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdTable, query } from './query.ts'
import { syncFrom } from './sync-from.ts'
import { clientId, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

interface Asked {
  caller: Caller
  conversation_id: number
  /** The first message there. */
  message_id: number
  cursor: string
}

const questions: Record<string, (asked: Asked) => Promise<unknown>> = {
  sync: ({ caller, cursor }) => syncFrom(world.bus, caller, cursor),
  pull: ({ caller, conversation_id }) =>
    world.bus.forward(pull, { caller, trace_id: 't', input: { conversation_id, after_rev: 0 } }),
  history: ({ caller, conversation_id }) => world.bus.call(listMessages, { conversation_id }, { caller }),
  thread: ({ caller, message_id }) => world.bus.call(getThread, { message_id }, { caller }),
  'newer messages': ({ caller, message_id }) => world.bus.call(listNewerMessages, { message_id }, { caller }),
}

test.for(Object.keys(questions))(
  'T22: who is removed while they are answered is not given what was said after: %s',
  async (name) => {
    const [owner, caller] = [world.person(), world.person()]
    const { user_id } = caller
    const { conversation } = await world.bus.call(
      openConversation,
      { kind: 'group', title: 'Chess', user_ids: [user_id], client_id: clientId() },
      { caller: owner },
    )
    const conversation_id = conversation.id
    const say = (content: string, parent_message_id?: number) =>
      world.bus.call(
        sendMessage,
        { conversation_id, content, client_id: clientId(), parent_message_id },
        { caller: owner },
      )
    const { cursor } = await syncFrom(world.bus, caller)
    const { message_id } = await say('before')

    const after: number[] = []
    const answer = await holdTable(world, 'hidden_message', async () => {
      const asking = questions[name]!({ caller, conversation_id, message_id, cursor })
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      await eventually(async () => expect(await query(world, waiting)).toHaveLength(1))
      await world.bus.call(removeMember, { conversation_id, user_id }, { caller: owner })
      after.push((await say('said after', message_id)).message_id)
      return () => asking
    })

    const given = JSON.stringify(await answer())
    expect(given).not.toContain('said after')
    // The writer's own watermark stands there.
    expect(given).not.toContain(`"message_id":${after[0]},`)
  },
)
