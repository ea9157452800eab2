import { rpcs, type AnyRpc } from '@parley/protocol'
import { startNats, startSystem, type System } from '@parley/local-stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { logInAgain, type Person } from '../client/people.ts'
import { aboutFor, aboutNothing, type About } from './about.ts'
import { askHttp, askSocket, type Outcome } from './ask.ts'
import { frameRows, operationRows } from './matrix.ts'
import { tapWire, type Tap } from '../recording/tap.ts'
import { lastRelease, notUnderstood } from '../recording/understood.ts'
import type { Row } from './rows.ts'
import { supportFrames, supportOperations } from './support-rows.ts'
import {
  aboutSupport,
  gatherSupport,
  supportViewers,
  type SupportOutcomes,
  type SupportPeople,
} from './support-viewers.ts'
import { gatherSociety, viewers, type Society, type Viewer } from './viewers.ts'

const stack = new AsyncDisposableStack()
let tap: Tap
let system: System
let gateway: string
let society: Society
let support: SupportPeople

beforeAll(async () => {
  const limits = { ADDRESS_LIMIT_FACTOR: '1000', PERSON_LIMIT_FACTOR: '1000', SEND_BURST: '1000' }
  const nats = await startNats()
  stack.defer(nats.stop)
  tap = stack.use(await tapWire(nats.url))
  system = stack.use(await startSystem({ env: { ...limits, NATS_URL: nats.url, DRAIN_SECONDS: '0' } }))
  ;[gateway = ''] = system.gateways
  society = await gatherSociety(system)
  support = await gatherSupport(gateway, society)
})
afterAll(() => stack.disposeAsync())

type Ask = (self: Person | undefined, about: About) => Promise<Outcome>

async function selfOf(viewer: Viewer, { spendsSession }: Row): Promise<Person | undefined> {
  if (viewer === 'anonymous') return undefined
  const person = society.people[viewer]
  return spendsSession ? logInAgain(gateway, person) : person
}

/** What each viewer gets. Whoever is told that something does not exist is told what they would be told of nothing. */
async function expectOutcomes(row: Row, ask: Ask): Promise<void> {
  const outcomes: Partial<Record<Viewer, string>> = {}
  for (const viewer of viewers) {
    const self = await selfOf(viewer, row)
    const { code, answer } = await ask(self, aboutFor({ gateway, ...society, viewer, self }))
    outcomes[viewer] = code
    if (code.endsWith('_not_found')) expect(answer).toEqual((await ask(self, aboutNothing(self))).answer)
  }
  expect(outcomes).toEqual(row.outcomes)
}

/** As `expectOutcomes`, of a support conversation. */
async function expectSupportOutcomes(outcomes: SupportOutcomes, ask: Ask): Promise<void> {
  const found: Partial<SupportOutcomes> = {}
  const people = { person: support.person, bystander: society.bystander }
  for (const viewer of supportViewers) {
    const self = viewer === 'anonymous' ? undefined : support[viewer]
    const { code, answer } = await ask(self, aboutSupport(gateway, people, self))
    found[viewer] = code
    if (code.endsWith('_not_found')) expect(answer).toEqual((await ask(self, aboutNothing(self))).answer)
  }
  expect(found).toEqual(outcomes)
}

const operation = (name: string, row: Row): Ask => {
  const rpc = rpcs.find((each) => each.name === name) as AnyRpc
  return async (self, about) =>
    askHttp(gateway, rpc, { fields: { ...(await row.ask(about)) }, token: self?.token })
}

const frame =
  (type: string, { ask, answered, afterHello }: Row): Ask =>
  async (self, about) =>
    askSocket(gateway, { ...(await ask(about)), type }, { token: self?.token, answered, afterHello })

test.each(Object.entries(operationRows))('T21, S1: who may call what: %s', (name, row) =>
  expectOutcomes(row, operation(name, row)),
)

test.each(Object.entries(frameRows))('T21: who may send the frame %s', (type, row) =>
  expectOutcomes(row, frame(type, row)),
)

test.each(Object.entries(supportOperations))('T21: who may call %s in support', (name, outcomes) =>
  expectSupportOutcomes(outcomes, operation(name, operationRows[name] as Row)),
)

test.each(Object.entries(supportFrames))('T21: who may send the frame %s in support', (type, outcomes) =>
  expectSupportOutcomes(outcomes, frame(type, frameRows[type] as Row)),
)

test('F32: what the parts of this build have said to each other meanwhile, the release before understands', () => {
  const { rpcs: asked, pushes, events } = tap.wire

  expect([asked, pushes, events].map((said) => Object.keys(said).length > 0)).toEqual([true, true, true])
  expect(notUnderstood(tap.wire, lastRelease())).toEqual([])
})
