// npm run demo: two people meet on the running system and talk while parts of it are killed.
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { join, next, type Person } from './person.ts'
import { findProcess, killAndAwaitRestart } from './system.ts'

const MESSAGES = 120
const PACE_MS = 40
const started = performance.now()

function say(line: string): void {
  console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(5)} s  ${line}`)
}

async function meet(): Promise<{ ada: Person; ben: Person; conversationId: number }> {
  const { port } = await findProcess('gateway-1')
  const url = `http://127.0.0.1:${port}`
  const [ada, ben] = await Promise.all([join(url, 'Ada'), join(url, 'Ben')])
  say(`Ada (${ada.id}) and Ben (${ben.id}) have registered at ${url} and opened a socket each`)
  await ada.client.call('matching.put_profile', {
    bio: 'Notes on the engine',
    interests: ['chess', 'poetry'],
  })
  await ben.client.call('matching.put_profile', { bio: 'Always early', interests: ['chess'] })

  const matches = Promise.all([next(ada, 'new_match'), next(ben, 'new_match')])
  const first = await ada.client.call('matching.like', { user_id: ben.id })
  say(`Ada likes Ben: ${first.status}`)
  const second = await ben.client.call('matching.like', { user_id: ada.id })
  say(`Ben likes Ada: ${second.status}`)
  const [{ match }] = await matches
  say(`Both sockets were told of match ${match.id}; its conversation ${match.conversation_id} is open`)
  return { ada, ben, conversationId: match.conversation_id }
}

/** Both write in turns while the parts are killed; resolves when every message is acknowledged. */
async function talk(people: readonly [Person, Person], conversationId: number): Promise<void> {
  const acks: Promise<unknown>[] = []
  const kills = ['gateway-1', 'messaging']
  const killing: Promise<void>[] = []
  for (let i = 0; i < MESSAGES; i++) {
    const writer = people[i % 2] as Person
    acks.push(writer.client.send(conversationId, `${writer.name} says ${i + 1}`).acked)
    if (i === MESSAGES / 4 || i === MESSAGES / 2) killing.push(kill(kills.shift() as string))
    await delay(PACE_MS)
  }
  await Promise.all([...acks, ...killing])
  say(`All ${MESSAGES} messages are acknowledged`)
}

async function kill(name: string): Promise<void> {
  say(`kill -9 ${name}, while both go on writing`)
  say(`${name} runs again after ${(await killAndAwaitRestart(name)).toFixed(1)} s`)
}

async function storedBy({ client }: Person, conversationId: number): Promise<string[]> {
  const lines: string[] = []
  for (let after_seq = 0; ; after_seq = lines.length) {
    const { items } = await client.call('messaging.list_messages', {
      conversation_id: conversationId,
      after_seq,
      limit: 200,
    })
    if (items.length === 0) return lines
    lines.push(...items.map(({ seq, content }) => `${seq} ${content}`))
  }
}

const digest = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16)

async function compare(people: readonly [Person, Person], conversationId: number): Promise<boolean> {
  const deadline = performance.now() + 30_000
  while (people.some(({ shown }) => shown.length < MESSAGES) && performance.now() < deadline) await delay(50)
  const views = [
    ...people.map(({ name, shown }) => ({
      who: `${name}'s client`,
      lines: shown.map(({ seq, content }) => `${seq} ${content}`),
    })),
    { who: 'the history', lines: await storedBy(people[0], conversationId) },
  ]
  for (const { who, lines } of views) {
    const distinct = new Set(lines).size
    say(
      `${who.padEnd(12)} holds ${lines.length} messages, ${lines.length - distinct} of them twice; digest ${digest(lines)}`,
    )
  }
  return views.every(
    ({ lines }) => lines.length === MESSAGES && digest(lines) === digest(views[0]?.lines ?? []),
  )
}

const { ada, ben, conversationId } = await meet()
await talk([ada, ben], conversationId)
const isSame = await compare([ada, ben], conversationId)
await Promise.all([ada.client.close(), ben.client.close()])
say(isSame ? 'Both clients and the history hold the same conversation' : 'The conversations differ')
process.exitCode = isSame ? 0 : 1
