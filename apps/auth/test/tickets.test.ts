import { issueTicket, logOut, redeemTicket } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, startWorld, type Person, type World } from './world.ts'

let world: World
let person: Person
beforeAll(async () => {
  world = await startWorld()
  person = await world.person()
})
afterAll(() => world[Symbol.asyncDispose]())

const issue = ({ caller }: Person) => world.bus.call(issueTicket, {}, { caller })
const from = (origin?: string) => ({
  client: { address: '192.0.2.1', ...(origin !== undefined && { origin }) },
})
const redeem = (ticket: string, origin?: string) => world.bus.call(redeemTicket, { ticket }, from(origin))

test('T02: a ticket stands for its session, once', async () => {
  const { ticket, expires_in } = await issue(person)

  expect(expires_in).toBe(30)
  expect(Buffer.from(ticket, 'base64url')).toHaveLength(32)
  expect(await redeem(ticket)).toEqual({
    ...person.caller,
    expires_at: world.clock.now().getTime() / 1_000 + 600,
  })
  expect(await codeOf(redeem(ticket))).toBe('ticket_invalid')
})

test('T02: a ticket that a page was given is good on that page alone; one that no page was given, wherever it is used', async () => {
  const page = 'https://app.example'
  const issueTo = (origin?: string) =>
    world.bus.call(issueTicket, {}, { caller: person.caller, ...from(origin) })
  const results = async (issuedTo: string | undefined, usedBy: (string | undefined)[]) =>
    Promise.all(usedBy.map(async (by) => codeOf(redeem((await issueTo(issuedTo)).ticket, by))))

  expect(await results(page, [page, 'https://other.example', 'http://app.example', undefined])).toEqual([
    ...['answered', 'ticket_invalid', 'ticket_invalid', 'ticket_invalid'],
  ])
  expect(await results(undefined, [page, undefined])).toEqual(['answered', 'answered'])
})

test('T02: of 100 parallel uses exactly one succeeds', async () => {
  const { ticket } = await issue(person)

  const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(redeem(ticket))))

  expect(codes.filter((code) => code === 'answered')).toHaveLength(1)
  expect(codes.filter((code) => code === 'ticket_invalid')).toHaveLength(99)
})

test('T02: a ticket is good for 30 s', async () => {
  const [young, old] = [await issue(person), await issue(person)]

  world.clock.advance(29)
  expect(await codeOf(redeem(young.ticket))).toBe('answered')
  world.clock.advance(2)
  expect(await codeOf(redeem(old.ticket))).toBe('ticket_invalid')
})

test('T02: a ticket of a session that has ended is refused, and there is no other', async () => {
  const leaving = await world.person()
  const { ticket } = await issue(leaving)
  await world.bus.call(logOut, {}, { caller: leaving.caller })

  expect(await codeOf(redeem(ticket))).toBe('ticket_invalid')
  expect(await codeOf(issue(leaving))).toBe('unauthenticated')
})

test('T02: only a hash of a ticket is stored, and not for long', async () => {
  const { ticket } = await issue(person)
  const rows = () => world.query('select * from ticket')

  expect(await rows()).toHaveLength(1)
  expect(JSON.stringify(await rows())).not.toContain(ticket)
  world.clock.advance(31)
  await eventually(async () => expect(await rows()).toEqual([]))
})

test('an invented ticket is refused', async () => {
  expect(await codeOf(redeem('x'.repeat(43)))).toBe('ticket_invalid')
})
