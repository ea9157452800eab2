import { addMembers, openConversation, sendMessage, type Caller } from '@parley/protocol'
import { readLaneParts } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type World } from './world.ts'

interface Told {
  to: readonly number[]
  frame: { type: string; [field: string]: unknown }
}

let world: World
const told: Told[] = []
const byPerson: string[] = []

beforeAll(async () => {
  world = await startWorld({ FRAMES_BY_LANE: 'true' })
  const { nats } = world.bus
  nats.subscribe('f.*', {
    callback: (_, { data }) =>
      readLaneParts(data, {
        find: (userId) => userId,
        deliver: (to, _kind, lines) => {
          for (const line of Buffer.from(lines).toString().split('\n'))
            told.push({ to: [...to], frame: JSON.parse(line) as Told['frame'] })
        },
      }),
  })
  nats.subscribe('u.>', { callback: (_, { subject }) => void byPerson.push(subject) })
  await nats.flush()
})
afterAll(() => world[Symbol.asyncDispose]())

const ids = (...people: Caller[]) => people.map(({ user_id }) => user_id)
const toldOf = (type: string, to: readonly number[]) =>
  told.filter(({ frame, to: others }) => frame.type === type && String(others) === String(to))

test('what a lane tells people comes by the lane: messages with whom they are for, and in order', async () => {
  const [ada, ben, cem] = [world.person(), world.person(), world.person()]
  const direct = await world.direct(ada, ben)
  const contents = Array.from({ length: 40 }, (_, n) => `message ${n}`)
  for (const content of contents) {
    const input = { conversation_id: direct.id, content, client_id: clientId() }
    await world.bus.call(sendMessage, input, { caller: ada })
  }
  await eventually(() => {
    const messages = toldOf('chat_message', ids(ada, ben)).map(({ frame }) => frame['message'])
    expect(messages).toEqual(contents.map((content) => expect.objectContaining({ content })))
  })
  const group = { kind: 'group', title: 'three', user_ids: ids(ben), client_id: clientId() } as const
  const { conversation } = await world.bus.call(openConversation, group, { caller: ada })
  const added = { conversation_id: conversation.id, user_ids: ids(cem) }
  await world.bus.call(addMembers, added, { caller: ada })
  await eventually(() => {
    for (const to of [ada, ben, cem]) {
      const events = toldOf('conversation_update', ids(to)).map(({ frame }) => frame['event'])
      expect(events).toContain(to === cem ? 'conversation.create' : 'conversation.member_joined')
    }
  })
  expect(byPerson.filter((subject) => !subject.endsWith('.c'))).toEqual([])
})
