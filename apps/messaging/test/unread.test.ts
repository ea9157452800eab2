import {
  addMembers,
  deleteMessage,
  getConversation,
  markRead,
  markUnread,
  openConversation,
  recountUnread,
  removeMember,
  sendMessage,
} from '@parley/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientId, startWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => (world = await startWorld({ SEND_BURST: '1000000', SEND_RATE: '1000000' })))
afterAll(() => world[Symbol.asyncDispose]())

const actions = ['say', 'say', 'say', 'read', 'mark', 'mark newest', 'delete', 'leave', 'join'] as const
interface Step {
  who: number
  action: (typeof actions)[number]
  /** Which message, as a part of the history. */
  at: number
}
const steps = fc.array(
  fc.record({
    who: fc.nat(2),
    action: fc.constantFrom(...actions),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 5, maxLength: 40 },
)

interface Told {
  id: number
  /** Nobody for a note. */
  by: Person | null
}

/** What a group's unread counts must be, told from its history alone. */
class Expected {
  readonly log: Told[] = []
  readonly members = new Map<Person, { joined: number; read: number; mark: number }>()

  join(who: Person): void {
    const joined = this.log.length
    this.members.set(who, { joined, read: joined, mark: Infinity })
  }

  note(): void {
    this.log.push({ id: 0, by: null })
  }

  say(by: Person, id: number): void {
    this.log.push({ id, by })
    this.read(by, this.log.length)
  }

  read(who: Person, seq: number): void {
    const member = this.members.get(who)
    if (!member) return
    member.read = Math.max(member.read, seq)
    member.mark = Infinity
  }

  mark(who: Person, seq: number): void {
    const member = this.members.get(who)
    if (member) member.mark = seq
  }

  /** The `seq`s of others' messages that a member may see. */
  othersFor(who: Person): number[] {
    const { joined = 0 } = this.members.get(who) ?? {}
    return this.log.flatMap(({ by }, i) => (by !== null && by !== who && i + 1 > joined ? [i + 1] : []))
  }

  unread(who: Person): number {
    const { read = 0, mark = 0 } = this.members.get(who) ?? {}
    return this.othersFor(who).filter((seq) => seq >= mark || seq > read).length
  }
}

async function take({ who, action, at }: Step, group: { id: number; people: Person[]; expected: Expected }) {
  const { id: conversation_id, people, expected } = group
  const [owner, caller] = [people[0] as Person, people[who] as Person]
  const seq = Math.max(1, Math.ceil(at * expected.log.length))
  const member = expected.members.get(caller)
  if (action === 'join' && !member) {
    await world.bus.call(addMembers, { conversation_id, user_ids: [caller.user_id] }, { caller: owner })
    expected.join(caller)
    return expected.note()
  }
  if (!member || expected.log.length === 0) return undefined
  if (action === 'leave' && caller !== owner) {
    await world.bus.call(removeMember, { conversation_id, user_id: caller.user_id }, { caller })
    expected.members.delete(caller)
    return expected.note()
  }
  if (action === 'read') {
    await world.bus.call(markRead, { conversation_id, seq }, { caller })
    return expected.read(caller, seq)
  }
  if (action === 'mark' && seq > member.joined) {
    await world.bus.call(markUnread, { conversation_id, seq }, { caller })
    return expected.mark(caller, seq)
  }
  if (action === 'mark newest') {
    await world.bus.call(markUnread, { conversation_id }, { caller })
    if (expected.unread(caller) === 0) expected.mark(caller, expected.othersFor(caller).at(-1) ?? Infinity)
    return undefined
  }
  const chosen = expected.log[seq - 1]
  if (action === 'delete' && chosen?.by === caller && seq > member.joined)
    await world.bus.call(deleteMessage, { message_id: chosen.id }, { caller })
  return undefined
}

test('whatever is sent, read, marked, deleted, joined and left, what is unread is what the history says', async () => {
  const run = async (taken: Step[]) => {
    const people = [world.person(), world.person(), world.person()]
    const [owner, ...others] = people as [Person, Person, Person]
    const input = { kind: 'group' as const, title: 'g', user_ids: others.map(({ user_id }) => user_id) }
    const { conversation } = await world.bus.call(openConversation, input, { caller: owner })
    const { id } = conversation
    const expected = new Expected()
    for (const person of people) expected.join(person)

    for (const step of taken) {
      const caller = people[step.who] as Person
      if (step.action === 'say' && expected.members.has(caller)) {
        const sent = { conversation_id: id, content: 'x', client_id: clientId() }
        expected.say(caller, (await world.bus.call(sendMessage, sent, { caller })).message_id)
      } else await take(step, { id, people, expected })

      for (const member of expected.members.keys()) {
        const unread_count = expected.unread(member)
        const seen = await world.bus.call(getConversation, { conversation_id: id }, { caller: member })
        expect(seen).toMatchObject({ unread_count })
      }
    }

    for (const member of expected.members.keys()) {
      const unread_count = expected.unread(member)
      const recounted = await world.bus.call(recountUnread, { conversation_id: id }, { caller: member })
      expect(recounted).toMatchObject({ unread_count, was: unread_count })
    }
  }

  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 25 })
}, 60_000)

test('recounts among racing sends, reads and marks find what is there', async () => {
  const [ada, ben] = [world.person(), world.person()]
  const { id: conversation_id } = await world.direct(ada, ben)
  const say = (caller: Person) =>
    world.bus.call(sendMessage, { conversation_id, content: 'x', client_id: clientId() }, { caller })
  await say(ben)

  const recount = () => world.bus.call(recountUnread, { conversation_id }, { caller: ada })
  const mark = () => world.bus.call(markUnread, { conversation_id, seq: 1 }, { caller: ada })

  for (let round = 0; round < 30; round++) {
    const { seq } = await say(ben)
    const read = () => world.bus.call(markRead, { conversation_id, seq }, { caller: ada })
    const racing = [
      say(ben),
      recount(),
      say(round % 3 === 0 ? ada : ben),
      mark(),
      read(),
      recount(),
      say(ben),
    ]
    await Promise.all(racing)

    const { unread_count, was } = await recount()
    expect(unread_count).toBe(was)
  }
})
