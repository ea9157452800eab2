import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ParleyClient } from '@parley/client'
import { startSystem } from '@parley/local-stack'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../examples/seed/main.ts', import.meta.url))

/** What somebody finds who logs in. */
async function world(client: ParleyClient) {
  const { items: conversations } = await client.call('messaging.list_conversations', {})
  const { items: matches } = await client.call('matching.list_matches', {})
  const pages = conversations.map(({ id }) => client.call('messaging.list_messages', { conversation_id: id }))
  const messages = (await Promise.all(pages)).flatMap(({ items }) => items)
  return { conversations, matches, messages }
}

test('a demo world is made at the limits that everybody has, and not twice', async () => {
  await using system = await startSystem({ env: { DRAIN_SECONDS: '0' } })
  const env = { ...process.env, DATA_DIR: system.dataDir }
  const seed = () => run(process.execPath, ['--conditions=@parley/source', script], { env })

  const { stdout } = await seed()
  const [, username = '', password = ''] = /log in as (\S+) with the password (\S+)/.exec(stdout) ?? []
  const client = new ParleyClient({ url: system.gateways[0] as string })
  await client.logIn({ identifier: username, password })
  const before = await world(client)
  const again = await seed()

  expect(password.length).toBeGreaterThanOrEqual(16)
  expect(again.stdout).toBe(stdout)
  expect(await world(client)).toEqual(before)
  expect(before.conversations.length).toBeGreaterThan(3)
  expect(before.conversations.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['direct', 'group']))
  expect(before.conversations.some(({ unread_count }) => unread_count > 0)).toBe(true)
  expect(before.matches).toHaveLength(2)
  expect(before.messages.some(({ reply_count }) => reply_count > 0)).toBe(true)
  expect(before.messages.some(({ reactions }) => Object.keys(reactions).length > 0)).toBe(true)
})
