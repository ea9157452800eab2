import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { checkMatching, like, listMatches } from '@parley/protocol'
import { startService } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { startWorld } from './world.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Matching as a process of its own, which `crash` kills and which comes back as a supervisor would bring it back. */
function startProcess({ databaseUrl, natsUrl }: { databaseUrl: string; natsUrl: string }) {
  return startService(async (use) => {
    const start = () =>
      spawn(process.execPath, ['--conditions=@parley/source', main], {
        env: { DATABASE_URL: databaseUrl, NATS_URL: natsUrl, LOG_LEVEL: 'silent' },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
    const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
      const ended = once(child, 'exit')
      child.kill(signal)
      return ended
    }
    let child = start()
    use({ [Symbol.asyncDispose]: async () => expect(await end('SIGTERM')).toEqual([0, null]) })
    return {
      crash: async () => {
        await end('SIGKILL')
        child = start()
      },
    }
  })
}

test('F04: a service killed amid mutual likes leaves no half match and no second conversation', async () => {
  await using world = await startWorld({ withMatching: false })
  await using matching = await startProcess(world)
  await eventually(() => world.bus.call(checkMatching, {}), { timeoutMs: 20_000 })
  const pairs = Array.from({ length: 300 }, () => [world.stranger(), world.stranger()] as const)
  const waiting = pairs.flatMap(([ada, ben]) => [
    [ada, ben],
    [ben, ada],
  ])
  let answered = 0
  const likeAll = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [by = 0, about = 0] = next
      const give = () => world.as(by, { timeoutMs: 3_000 })(like, { user_id: about })
      await eventually(give, { timeoutMs: 30_000, intervalMs: 50 })
      answered++
    }
  }

  const likes = Promise.all(Array.from({ length: 40 }, likeAll))
  for (const count of [100, 250, 400]) {
    await eventually(() => expect(answered).toBeGreaterThan(count), { timeoutMs: 30_000 })
    await matching.crash()
  }
  await likes

  const made = await eventually(
    () => {
      expect(world.messaging.made).toHaveLength(pairs.length)
      return world.messaging.made
    },
    { timeoutMs: 10_000 },
  )
  expect(new Set(made.map(({ user_ids }) => user_ids.join())).size).toBe(pairs.length)
  expect(made.every(({ generation }) => generation === 1)).toBe(true)
  for (const [ada, ben] of pairs) {
    const conversation_id = world.messaging.conversationOf(ada, ben)
    const lists = [await world.as(ada)(listMatches, {}), await world.as(ben)(listMatches, {})]
    expect(lists).toMatchObject([{ items: [{ conversation_id }] }, { items: [{ conversation_id }] }])
  }
}, 150_000)

test('a start without its settings ends with one message that names them', async () => {
  const child = spawn(process.execPath, ['--conditions=@parley/source', main], { env: {}, stdio: 'pipe' })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))

  const [code] = (await once(child, 'close')) as [number]

  expect(code).toBe(1)
  expect(said).toMatch(/^settings are missing or wrong:\n.*NATS_URL.*\n.*DATABASE_URL.*\n$/)
})
