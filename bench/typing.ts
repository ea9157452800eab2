// npm run bench -- typing [--keys 200] [--events 50] [--messages 1000]
// Types in the composer of the web app, in a conversation with so many messages loaded, while so many events a second
// arrive in it: messages, each with a reaction to it. Prints what Chromium's performance trace says of each key.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { inParallel } from '../tests/client/in-parallel.ts'
import { fetchOk } from '../tests/client/http.ts'
import { draft } from '../tests/client/pairs.ts'
import { type Person, register, sendOverHttp } from '../tests/client/people.ts'
import type { Visitor } from '../tests/web/visitor.ts'
import { startWorld } from '../tests/web/world.ts'
import { type KeyTime, keyTimes } from './key-times.ts'
import { ascending, quantile, round } from './statistics.ts'

const AIM_MS = 16
const BETWEEN_KEYS_MS = 90

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '200' },
    events: { type: 'string', default: '50' },
    messages: { type: 'string', default: '1000' },
  },
})
const [keys, events, messages] = [Number(values.keys), Number(values.events), Number(values.messages)]

await using world = await startWorld({
  SEND_BURST: '1000000',
  SEND_RATE: '1000000',
  ACCESS_TOKEN_TTL: '7200',
})
const [ada, ben] = (await Promise.all(['ada', 'ben'].map((name) => register(world.base, name)))) as [
  Person,
  Person,
]
const conversation_id = await openGroup()
const say = (content: string) => sendOverHttp(world.base, ben, draft(conversation_id, content))
await inParallel(
  32,
  Array.from({ length: messages }, (_, index) => index),
  (index) => say(`before ${index}`),
)
await using visitor = await world.visitor('Ada')
await openWhole(visitor)
const before = await type(visitor)
const arriving = arrive()
const during = await type(visitor)
const arrived = await arriving.stop()
console.log(`${messages} messages loaded, ${keys} keys, one in ${BETWEEN_KEYS_MS} ms`)
report('nothing arrives', before)
report(`${round(arrived, 1)} events a second arrive`, during)

async function openGroup(): Promise<number> {
  const url = `${world.base}/api/conversations`
  const json = { kind: 'group', title: 'Typing', user_ids: [ben.id] }
  return (await fetchOk<{ id: number }>(url, { method: 'POST', token: ada.token, json })).id
}

/** All messages are loaded, and one is at the end of them. */
async function openWhole(at: Visitor): Promise<void> {
  await at.signIn(ada)
  await at.goTo('Messages')
  await at.page.getByRole('link', { name: /Typing/ }).click()
  await at.page.getByRole('button', { name: 'unread messages' }).click()
  await at.page.getByText('New messages').waitFor()
  await at.page.getByRole('button', { name: 'To the newest' }).click()
  await at.page.getByRole('button', { name: 'To the newest' }).waitFor({ state: 'detached' })
}

async function type({ page, composer }: Visitor): Promise<KeyTime[]> {
  await composer.fill('')
  await composer.click()
  const browser = page.context().browser()
  if (!browser) throw new Error('the page has no browser')
  await browser.startTracing(page, { categories: ['devtools.timeline'] })
  await page.keyboard.type('the quick brown fox '.repeat(keys).slice(0, keys), { delay: BETWEEN_KEYS_MS })
  return keyTimes((await browser.stopTracing()).toString())
}

/** Half of the events are messages, half are reactions to them. */
function arrive() {
  const startedAt = performance.now()
  let count = 0
  let isStopped = false
  const pair = async () => {
    const { id } = (await say(`during ${count}`)) as { id: number }
    const url = `${world.base}/api/messages/${id}/reactions/${encodeURIComponent('👍')}`
    await fetchOk(url, { method: 'PUT', token: ben.token })
    count += 2
  }
  const run = async () => {
    const pending: Promise<void>[] = []
    for (let n = 0; !isStopped; n += 1) {
      pending.push(pair())
      await delay(Math.max(0, startedAt + ((n + 1) * 2_000) / events - performance.now()))
    }
    await Promise.all(pending)
    return (count * 1_000) / (performance.now() - startedAt)
  }
  const running = run()
  return {
    stop: () => {
      isStopped = true
      return running
    },
  }
}

function report(what: string, times: readonly KeyTime[]): void {
  const line = (name: string, of: (time: KeyTime) => number) => {
    const sorted = ascending(times.map(of))
    const [half, most, max] = [0.5, 0.95, 1].map((q) => round(quantile(sorted, q), 1))
    const within = sorted.filter((ms) => ms < AIM_MS).length
    return `  ${name}: p50 ${half} ms, p95 ${most} ms, longest ${max} ms; ${within} of ${sorted.length} below ${AIM_MS} ms`
  }
  console.log(what)
  console.log(line('CPU time for a key', ({ cpu }) => cpu))
  console.log(line('by the clock', ({ clock }) => clock))
}
