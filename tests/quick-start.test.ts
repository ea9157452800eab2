import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ParleyClient } from '@parley/client'
import { type System, startSystem } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const path = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url))
const page = readFileSync(path('docs/quick-start.md'), 'utf8')
const block = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text)

let system: System
let url: string
beforeAll(async () => {
  system = await startSystem({ env: { DRAIN_SECONDS: '0' } })
  url = system.gateways[0] as string
})
afterAll(() => system[Symbol.asyncDispose]())

const come = async () => {
  const client = new ParleyClient({ url })
  const tokens = await client.register({
    username: `guest-${randomUUID().slice(0, 8)}`,
    password: randomUUID(),
  })
  return { client, id: tokens.user.id, token: tokens.access_token }
}

test("the quick start's code is the example, and says what the page says", async () => {
  const example = path('examples/hello/main.ts')

  const { stdout } = await run(process.execPath, ['--conditions=@parley/source', example, url])

  expect(block('ts')).toEqual([readFileSync(example, 'utf8')])
  expect(page).toContain(`\`${stdout.trim()}\``)
})

test("the quick start's commands are the repository's", () => {
  const { scripts } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as { scripts: object }
  const commands = block('sh').map((command) => command.trim())

  expect(commands).toEqual([
    'npm start',
    'npm run seed',
    'node tools/run.mjs exec node examples/hello/main.ts',
  ])
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'seed']))
})

test('the transcript of a socket is what is said', async () => {
  const [ada, ben] = [await come(), await come()]
  const { id } = await ada.client.call('messaging.open_conversation', { kind: 'direct', user_id: ben.id })
  const lines = (block('console')[0] ?? '').split('\n')
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, ['parley.v1', `bearer.${ada.token}`])
  const types: string[] = []
  socket.addEventListener('message', ({ data }) =>
    types.push((JSON.parse(String(data)) as { type: string }).type),
  )
  await once(socket, 'open')
  const expected: string[] = []

  for (const line of lines.filter((said) => /^[<>]/.test(said))) {
    if (line.startsWith('>')) socket.send(line.slice(2).replace('CONVERSATION', String(id)))
    else expected.push(/"type":"(\w+)"/.exec(line)?.[1] ?? line)
    await eventually(() => expect(types).toEqual(expect.arrayContaining(expected)))
  }

  expect(types.toSorted()).toEqual(expected.toSorted())
  socket.close()
})
