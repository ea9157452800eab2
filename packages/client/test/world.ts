import type { ClientOptions } from '../src/options.ts'
import { ParleyClient } from '../src/client.ts'
import { ben, type Frame, type Peer, ScriptedGateway, tokens } from './scripted-gateway.ts'

export const room = 1024

export interface World extends AsyncDisposable {
  gateway: ScriptedGateway
  client: ParleyClient
  /** Revs of the changes that the application heard of, and the words `caught_up` and `reset` between them. */
  heard: (number | string)[]
  /** What listeners of the application threw. */
  reported: unknown[]
}

/** A client and the gateway that it speaks to. */
export async function world(options: Partial<ClientOptions> = {}): Promise<World> {
  const gateway = await new ScriptedGateway().start()
  const reported: unknown[] = []
  const client = new ParleyClient({
    url: gateway.url,
    tokens: tokens(),
    random: () => 0.01,
    report: (error) => void reported.push(error),
    ...options,
  })
  const heard: (number | string)[] = []
  client.on('chat_message', ({ rev }) => void heard.push(rev))
  client.on('caught_up', () => void heard.push('caught_up'))
  client.on('reset', () => void heard.push('reset'))
  return {
    gateway,
    client,
    heard,
    reported,
    [Symbol.asyncDispose]: async () => {
      await client.close()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

/** Connects and answers up to `caught_up`. */
export async function live(
  { gateway, client }: Pick<World, 'gateway' | 'client'>,
  cursor = 'c1',
): Promise<Peer> {
  const connected = client.connect()
  const peer = await gateway.accept()
  await peer.welcome(cursor)
  await connected
  return peer
}

/** A clock that runs faster. */
export const faster = (speed: number): Pick<ClientOptions, 'now' | 'after'> => {
  const start = Date.now()
  return {
    now: () => start + (Date.now() - start) * speed,
    after: (ms, run) => {
      const timer = setTimeout(run, ms / speed)
      return () => clearTimeout(timer)
    },
  }
}

/** Waits of at least so long are over many times sooner: for what happens every few minutes. */
export const sooner = (fromMs: number, times: number): Pick<ClientOptions, 'after'> => ({
  after: (ms, run) => {
    const timer = setTimeout(run, ms < fromMs ? ms : ms / times)
    return () => clearTimeout(timer)
  },
})

export async function until(what: string, test: () => boolean, patienceMs = 5_000): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!test()) {
    if (performance.now() > deadline) throw new Error(`waited for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A message in the room, Ben's unless said. */
export const chat = (rev: number, message: Record<string, unknown> = {}): Frame => ({
  type: 'chat_message',
  conversation_id: room,
  seq: rev,
  rev,
  message: {
    id: rev * 256,
    conversation_id: room,
    seq: rev,
    rev,
    client_id: null,
    content: `message ${rev}`,
    sender: ben,
    created_at: '2026-01-01T00:00:00.000Z',
    ...message,
  },
})
