import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Window } from 'happy-dom'
import { ParleyClient } from '@parley/client'
import { ParleyState } from '@parley/client/state'
import { type System, startSystem } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasChromium, launch } from './web/chromium.ts'

let system: System
let url: string
beforeAll(async () => {
  system = await startSystem({ env: { DRAIN_SECONDS: '0' } })
  url = system.gateways[0] as string
})
afterAll(() => system[Symbol.asyncDispose]())

/** What the React example gives. */
declare const Example: (props: { state: ParleyState; id: number }) => null

interface Guest extends AsyncDisposable {
  client: ParleyClient
  state: ParleyState
  id: number
  heard: [string, number | null][]
}

async function come(first_name = 'Guest'): Promise<Guest> {
  const client = new ParleyClient({ url })
  const state = new ParleyState(client)
  const username = `guest-${randomUUID().slice(0, 8)}`
  const { user } = await client.register({ username, password: randomUUID(), first_name })
  const heard: Guest['heard'] = []
  client.on('chat_message', ({ message }) => void heard.push([message.content, message.parent_message_id]))
  await client.connect()
  return { client, state, id: user.id, heard, [Symbol.asyncDispose]: () => client.close() }
}

/** Runs an example until it has said its first line. */
async function example(name: string, args: string[], env: Record<string, string> = {}) {
  const script = fileURLToPath(new URL(`../examples/${name}/main.ts`, import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--conditions=@parley/source', script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  if (!child.stdout) throw new Error('the example has no output')
  const ended = exited.then(([code]) => {
    throw new Error(`${name} ended with ${String(code)} before it said a line`)
  })
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  return { line, [Symbol.asyncDispose]: stop }
}

test('the bot answers in a thread', async () => {
  const account = { BOT_USERNAME: `bot-${randomUUID().slice(0, 8)}`, BOT_PASSWORD: randomUUID() }
  await using bot = await example('bot', [url], account)
  await using guest = await come()

  const bot_id = Number(/\((\d+)\)/.exec(bot.line)?.[1])
  const { message_id } = await guest.client.sendTo(bot_id, 'Hello').acked

  await eventually(() => expect(guest.heard).toContainEqual(['You said: Hello', message_id]))
})

test.skipIf(!hasChromium)('the plain page sends and shows messages', async () => {
  await using served = await example('page', ['0'])
  await using guest = await come()
  const browser = await launch()
  await using _ = { [Symbol.asyncDispose]: () => browser.close() }
  const page = await browser.newPage()
  await page.goto(`${served.line.replace('<user id>', String(guest.id))}&url=${url}`)
  await page.getByText('live').waitFor()

  await page.getByLabel('Message').fill('Hello from a page')
  await page.getByRole('button', { name: 'Send' }).click()

  await eventually(() => expect(guest.heard).toEqual([['Hello from a page', null]]), { timeoutMs: 20_000 })
  await page.getByText(': Hello from a page').waitFor()
})

test('the React example sends and shows messages, signs of typing and receipts', async () => {
  await using ada = await come('Ada')
  await using ben = await come('Ben')
  const { id } = await ada.client.call('messaging.open_conversation', { kind: 'direct', user_id: ben.id })
  const page = new Window({ url })
  Object.assign(globalThis, { window: page, document: page.document })
  // React looks for a page when it is loaded.
  const [{ createElement }, { createRoot }, { App }] = await Promise.all([
    import('react'),
    import('react-dom/client'),
    // By its address: the compiler reads it with a browser's types, where it stands.
    import(new URL('../examples/react/app.tsx', import.meta.url).href) as Promise<{ App: typeof Example }>,
  ])
  const container = page.document.body
  // The page's elements are what React needs of a browser's.
  const root = createRoot(container as unknown as HTMLElement)
  root.render(createElement(App, { state: ada.state, id }))
  await eventually(() => expect(container.querySelector('button')?.disabled).toBe(true))

  const { seq } = await ben.client.send(id, 'Hello').acked
  // A sign of typing that a message overtakes is over.
  await eventually(() => expect(container.textContent).toContain('Ben: Hello'))
  ben.client.setTyping(id)
  await eventually(() => expect(container.textContent).toContain('Ben …'))
  await ada.state.conversation(id).send('Hi').acked
  await ben.client.markRead(id, seq + 1)

  await eventually(() => expect(container.textContent).toContain('Ada: Hi ✓'))
  root.unmount()
})
