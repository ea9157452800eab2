import type { Message } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draft, matchedPair } from '../client/pairs.ts'
import { listMessages, sendOverHttp, type Person } from '../client/people.ts'
import type { Frame, Socket } from '../client/socket.ts'
import { languages, open, words, type Language } from './speakers.ts'

/** One of the two people, and what they speak. */
interface Side {
  language: Language
  person: Person
  name: string
  socket: Socket
}

let system: System

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
})
afterAll(() => system[Symbol.asyncDispose]())

const isSame = (frame: Frame, expected: object): boolean => {
  try {
    expect(frame).toEqual(expected)
    return true
  } catch {
    return false
  }
}
const countOf = ({ socket }: Side, expected: object): number =>
  socket.frames.filter((frame) => isSame(frame, expected)).length
/** Once, and not again: what comes later shows it. */
const isTold = (side: Side, expected: object | undefined): Promise<void> =>
  eventually(() => {
    if (expected && countOf(side, expected) === 0) expect(side.socket.frames).toContainEqual(expected)
  })

const everyTwo = languages.flatMap((one, i) => languages.slice(i).map((other) => [one, other] as const))

test.each(everyTwo)(
  'one who speaks %s and one who speaks %s see the same conversation',
  async (one, other) => {
    await using stack = new AsyncDisposableStack()
    const { ada, ben, conversation_id } = await matchedPair(system.gateways)
    const sideOf = async (person: Person, language: Language, index: 0 | 1): Promise<Side> => {
      const gateway = system.gateways[index] as string
      const socket = stack.use(await open(language, gateway, { token: person.token, conversation_id }))
      return { language, person, socket, name: index === 0 ? 'ada' : 'ben' }
    }
    const sides = [await sideOf(ada, one, 0), await sideOf(ben, other, 1)] as const
    const turns = [sides, sides.toReversed() as [Side, Side]] as const
    const stored = async (): Promise<Message[]> =>
      (await listMessages(system.gateways[0] as string, ada, conversation_id)).filter(
        ({ kind }) => kind === 'text',
      )

    for (const [from, to] of turns) await isTold(to, words[to.language].status?.(from.person.id))
    for (const [from, to] of turns) {
      const here = { conversation_id, other: to.person.id }
      const typing = words[from.language].type?.(true, here)
      if (typing) from.socket.send(typing as Frame)
      const shown = typing && words[to.language].typing?.({ id: from.person.id, name: from.name }, here)
      await isTold(to, shown)
      from.socket.send(words[from.language].say(`from ${from.name}`, here) as Frame)
      await eventually(async () => expect((await stored()).at(-1)?.content).toBe(`from ${from.name}`))
      const { id } = (await stored()).at(-1) as Message
      await isTold(to, words[to.language].message((await stored()).at(-1) as Message, to.person.id))
      const receipt = words[to.language].read?.(id)
      if (receipt) to.socket.send(receipt as Frame)
      await isTold(from, receipt && words[from.language].receipt?.(to.person.id, id))
    }
    await sendOverHttp(system.gateways[1] as string, ada, draft(conversation_id, 'over HTTP'))

    const messages = await stored()
    expect(messages.map(({ content }) => content)).toEqual(['from ada', 'from ben', 'over HTTP'])
    for (const [side, peer] of turns) {
      const { language, person, socket } = side
      const frames = messages.map((message) => words[language].message(message, person.id))
      await isTold(side, frames.at(-1))
      const mine = messages.filter(({ sender }, i) => sender.id === person.id && i < 2)
      if (language === 'school') {
        // What was sent on this socket is confirmed there and not told again.
        const expected = frames.filter((_, i) => messages[i] !== mine[0])
        expect(expected.map((frame) => countOf(side, frame))).toEqual([1, 1])
        expect(socket.of('message_sent')).toEqual(mine.map(({ id }) => ({ type: 'message_sent', id })))
      } else expect(frames.map((frame) => countOf(side, frame))).toEqual([1, 1, 1])
      // Nobody is shown that they type themselves.
      const own = words[language].typing?.({ id: person.id, name: side.name }, { conversation_id, other: 0 })
      if (own && side.name !== peer.name) expect(countOf(side, own)).toBe(0)
    }
  },
)
