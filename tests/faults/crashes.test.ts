import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchOk } from '../client/http.ts'
import { draft, talkingPair } from '../client/pairs.ts'
import { listMessages } from '../client/people.ts'
import type { Proxy, Watcher } from './net/proxy.ts'
import { SYSTEM_ENV } from './run.ts'
import { startStand, type Stand } from './stand.ts'

const ENV = { ...SYSTEM_ENV, ACCESS_TOKEN_TTL: '600' }
/** Both, since either may own the lane. */
const MESSAGING = ['messaging', 'messaging-2']

let stand: Stand

beforeAll(async () => {
  stand = await startStand({ gateways: 2, env: ENV, seed: 1 })
})
afterAll(() => stand[Symbol.asyncDispose]())

/**
 * Starts to look at what passes; resolves at the moment at which messaging is to be killed, and gives what ends the look.
 * Each text is looked for once, since what was published may be published again.
 */
type Moment = (text: string) => Promise<() => void>

/** What passes on the way to a server is stopped where `isIt` says so. */
const stopAt = (proxy: Proxy, isIt: Watcher): Promise<() => void> =>
  new Promise((resolve) => {
    const end = proxy.watch((piece) => {
      const isMoment = isIt(piece)
      if (isMoment) resolve(end)
      return isMoment
    })
  })

const beforeCommit: Moment = (text) =>
  stopAt(stand.ways.postgres, ({ bearing, bytes }) => bearing === 'there' && bytes.includes(text))

const afterCommit: Moment = (text) => {
  const written = new Set<object>()
  return stopAt(stand.ways.postgres, ({ bearing, bytes, connection }) => {
    if (bearing === 'back') return written.has(connection)
    if (bytes.includes(text)) written.add(connection)
    return false
  })
}

/** It has told the members, and its answer to the gateway is lost. */
const beforeAnswer: Moment = async (text) => {
  const heal = stand.meddle((subject) => (subject.startsWith('_INBOX_gateway') ? 'never' : 'once'))
  const told = new Promise<() => void>((resolve) => {
    const end = stand.ways.nats.watch(({ name, bearing, bytes }) => {
      if (bearing === 'there' && MESSAGING.includes(name) && bytes.includes(text)) resolve(end)
      return false
    })
  })
  const end = await told
  return () => {
    end()
    heal()
  }
}

/** A lane that changes hands refuses a send, which then passes nowhere: it is sent again until the moment comes. */
async function sendUntil<T>(moment: Promise<() => void>, send: () => Promise<T>) {
  for (;;) {
    const first = send()
    const end = await Promise.race([moment, first.then(() => undefined)])
    if (end) return { end, first }
  }
}

test.for<[string, Moment, boolean]>([
  ['before the commit', beforeCommit, false],
  ['between commit and publication', afterCommit, true],
  ['between publication and answer', beforeAnswer, true],
])(
  'F02: messaging is killed %s: the send is not acknowledged, and its repeat makes one message of both',
  async ([when, at, isStored]) => {
    await using stack = new AsyncDisposableStack()
    await eventually(() => fetchOk(`${stand.gateways[0]}/healthz`), { timeoutMs: 45_000 })
    const { ben, conversation_id, adasSocket, bensSocket } = await talkingPair(stand.gateways, stack)
    const one = draft(conversation_id, `the one that is sent amid a crash ${when}`)

    const { end, first } = await sendUntil(at(one.content), () => adasSocket.ask(one))
    await Promise.all(MESSAGING.map((name) => stand.kill(name, 'SIGKILL')))
    // What was on its way when it was killed must not arrive.
    expect(await first).toMatchObject({
      type: 'error',
      code: expect.stringMatching(/^(timeout|unavailable)$/),
    })
    end()
    const ack = await eventually(
      async () => {
        const answer = await adasSocket.ask(one)
        expect(answer).toMatchObject({ type: 'ack' })
        return answer
      },
      { timeoutMs: 30_000 },
    )

    expect(ack).toMatchObject({ seq: 1, duplicate: isStored })
    await bensSocket.waitFor('chat_message', ({ seq }) => seq === 1)
    const list = () => listMessages(stand.gateways[1]!, ben, conversation_id)
    const stored = await eventually(list, { timeoutMs: 30_000 })
    expect(stored.map(({ content }) => content)).toEqual([one.content])
  },
)
