import { limits, type Conversation, type Message } from '@parley/protocol'
import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, fetchOk, type Problem } from './client/http.ts'
import { draft } from './client/pairs.ts'
import { registerMany, sendOverHttp, type Person } from './client/people.ts'
import { openSession, type Frame, type Socket } from './client/socket.ts'

const MEMBERS = 300
const stack = new AsyncDisposableStack()
let system: System
let here: string
let there: string
let people: Person[]
let owner: Person
let id: number

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0', SEND_BURST: '10000', SEND_RATE: '10000' }
  system = stack.use(await startSystem({ gateways: 2, env }))
  ;[here = '', there = ''] = system.gateways
  people = await registerMany(system.gateways, MEMBERS)
  owner = people[0] as Person
  const json = { kind: 'group', title: 'Everyone', user_ids: idsOf(people.slice(1, 101)) }
  const made = await fetchOk<Conversation>(`${here}/api/conversations`, {
    ...asOwner(),
    method: 'POST',
    json,
  })
  id = made.id
  await add(people.slice(101, limits.small_conversation))
}, 300_000)
afterAll(() => stack[Symbol.asyncDispose]())

const idsOf = (some: readonly Person[]): number[] => some.map((person) => person.id)
const asOwner = () => ({ token: owner.token })
const members = () => `${there}/api/conversations/${id}/members`

async function add(some: readonly Person[]): Promise<void> {
  for (let at = 0; at < some.length; at += limits.members_at_once) {
    const json = { user_ids: idsOf(some.slice(at, at + limits.members_at_once)) }
    await fetchOk(members(), { ...asOwner(), method: 'POST', json })
  }
}

const remove = (person: Person) => fetchOk(`${members()}/${person.id}`, { ...asOwner(), method: 'DELETE' })
const say = (content: string, by = owner): Promise<Message> => sendOverHttp(there, by, draft(id, content))

async function attached(gateway: string, { token }: Person): Promise<Socket> {
  const socket = stack.use(await openSession(gateway, token))
  expect(await socket.ask({ type: 'attach', conversation_id: id })).toMatchObject({
    type: 'ack',
    conversation_id: id,
  })
  return socket
}

const hears = (socket: Socket, { seq }: Message): Promise<Frame> =>
  socket.waitFor('chat_message', (frame) => frame['seq'] === seq)
const seqsOf = (socket: Socket): number[] => socket.of('chat_message').map(({ seq }) => Number(seq))
const revsOf = (socket: Socket): number[] => socket.of('chat_message').map(({ rev }) => Number(rev))

test('a conversation grows beyond the bound and back under the eyes of those who look at it, and of those who do not', async () => {
  const [, ada, ben, passive] = people as [Person, Person, Person, Person]
  const sockets = [await attached(here, ada), await attached(there, ben)]
  const aside = stack.use(await openSession(there, passive.token))
  const last = people[limits.small_conversation] as Person

  const small = await say('small')
  await add([last])
  const large = await say('large')
  for (const socket of sockets) for (const message of [small, large]) await hears(socket, message)
  await hears(aside, small)
  expect(await aside.waitFor('bump', ({ last_seq }) => last_seq === large.seq)).toEqual({
    type: 'bump',
    conversation_id: id,
    last_seq: large.seq,
    last_rev: large.rev,
  })
  expect(aside.of('conversation_update').at(-1)).toMatchObject({
    event: 'conversation.member_joined',
    conversation: { member_count: limits.small_conversation + 1, participants: { length: 20 } },
  })

  await remove(last)
  const again = await say('small again')
  for (const socket of [...sockets, aside]) await hears(socket, again)
  expect(seqsOf(aside)).not.toContain(large.seq)
  for (const socket of sockets) {
    const revs = revsOf(socket)
    expect(revs).toEqual(revs.map((_, i) => (revs[0] as number) + i))
    expect(socket.of('bump')).toEqual([])
  }
})

test('T22: who is removed while attached sees nothing of what is said after, however fast others write', async () => {
  await add(people.slice(limits.small_conversation))
  const [, ada, ben, , writer] = people as [Person, Person, Person, Person, Person]
  const stays = await attached(here, ada)
  const removed = await attached(there, ben)
  const second = await attached(here, ben)

  const sends = Array.from({ length: 100 }, (_, i) => say(`${i}`, i % 2 ? writer : owner))
  const removal = sends[20]?.then(() => remove(ben))
  await Promise.all([...sends, removal])
  const end = await say('the end')
  await hears(stays, end)

  const note = stays
    .of('chat_message')
    .map(({ message }) => message as Message)
    .find(({ system: told }) => told?.event === 'left' && told.user_ids.includes(ben.id))
  expect(note).toBeDefined()
  for (const socket of [removed, second]) {
    await socket.waitFor('conversation_update', ({ event }) => event === 'conversation.member_left')
    expect(Math.max(...seqsOf(socket))).toBeLessThan(note?.seq ?? 0)
    expect(await socket.ask({ type: 'attach', conversation_id: id })).toMatchObject({
      type: 'error',
      code: 'conversation_not_found',
    })
  }
  for (const path of ['', '/messages', '/members']) {
    const { status, body } = await call<Problem>(`${here}/api/conversations/${id}${path}`, {
      token: ben.token,
    })
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'conversation_not_found' })
  }
})

test('F22: after a break of NATS those who are attached have everything, and those who were removed meanwhile nothing', async () => {
  const [, ada, , passive, writer] = people as [Person, Person, Person, Person, Person]
  const stays = await attached(there, ada)
  const leaves = await attached(here, writer)
  const aside = stack.use(await openSession(here, passive.token))
  const before = await say('before the break')
  await Promise.all([stays, leaves].map((socket) => hears(socket, before)))

  await system.kill('nats')
  // The first answer may be lost with the bus; then there is nobody to remove any more.
  await eventually(
    async () => {
      const url = `${members()}/${writer.id}`
      expect([204, 404]).toContain((await call(url, { ...asOwner(), method: 'DELETE' })).status)
    },
    { timeoutMs: 60_000 },
  )
  const first = await eventually(() => say('after the break'), { timeoutMs: 60_000 })
  const seen = (message: Message) => stays.waitFor('chat_message', ({ seq }) => seq === message.seq, 60_000)
  await seen(first)
  const last = await say('the last')
  await seen(last)
  await aside.waitFor('bump', ({ last_seq }) => last_seq === last.seq, 60_000)

  const revs = [...new Set(revsOf(stays))].toSorted((a, b) => a - b)
  expect(revs).toEqual(revs.map((_, i) => (revs[0] as number) + i))
  expect(seqsOf(leaves).filter((seq) => seq > before.seq)).toEqual([])
  expect(seqsOf(aside).filter((seq) => seq > last.seq)).toEqual([])
}, 240_000)
