import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type System, startSystem } from '@parley/local-stack'
import type { Conversation } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchOk } from './client/http.ts'
import { twoPeople } from './client/pairs.ts'
import { openSocket, type Frame } from './client/socket.ts'

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

test("the quick start's code is the example, and says what the page says", async () => {
  const example = path('examples/hello/main.ts')

  const { stdout } = await run(process.execPath, ['--conditions=@parley/source', example, url])

  expect(block('ts')).toEqual([readFileSync(example, 'utf8')])
  expect(stdout.trim()).not.toBe('')
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
  const [transcript, ...others] = block('console')
  const lines = (transcript ?? '').split('\n').filter((line) => /^[<>]/.test(line))
  expect(others).toEqual([])
  expect(lines).not.toEqual([])
  const [ada, ben] = await twoPeople([url])
  const { id } = await fetchOk<Conversation>(`${url}/api/conversations`, {
    method: 'POST',
    token: ada.token,
    json: { kind: 'direct', user_id: ben.id },
  })
  await using socket = await openSocket(url, ada.token)
  const types = () => socket.frames.map(({ type }) => type)
  const expected: string[] = []

  for (const line of lines) {
    if (line.startsWith('>'))
      socket.send(JSON.parse(line.slice(2).replace('CONVERSATION', String(id))) as Frame)
    else expected.push(/"type":"(\w+)"/.exec(line)?.[1] ?? line)
    await eventually(() => expect(types()).toEqual(expect.arrayContaining(expected)))
  }

  expect(types().toSorted()).toEqual(expected.toSorted())
})
