import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
)

test.skipIf(!hasCurl)("the README's first message is sent by the README's commands", async () => {
  const [, commands = ''] = /^## The first message\n+```sh\n(.*?)^```/ms.exec(readme) ?? []
  await using system = await startSystem({ gateways: 1, env: { DRAIN_SECONDS: '0' } })
  const script = commands.replace('http://127.0.0.1:8000', system.gateways[0] ?? '')

  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script])

  expect(JSON.parse(stdout)).toMatchObject({ content: 'Hello, Ben', seq: 1, sender: { username: 'ada' } })
})
