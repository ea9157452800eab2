import { memoryStorage, ParleyClient } from '@parley/client'
import { type LiveConversation, ParleyState } from '@parley/client/state'
import type { Conversation, Member, Message, Tokens } from '@parley/protocol'
import { createRandom } from '../faults/random.ts'
import { createWeather, type Weather } from './weather.ts'

/** What somebody sees of a conversation; no view for who is not in it. */
export interface Sight {
  view: Conversation | null
  messages: readonly Message[]
  members: readonly Member[]
}

export interface DeviceOptions {
  gateways: readonly string[]
  /** Of a session of its own. */
  tokens: Tokens
  room: number
  seed: number
}

const nothing: Sight = { view: null, messages: [], members: [] }
/** Pauses and deadlines of the SDK pass faster. */
const SPEED = 8

/** An application of the SDK with one conversation open. What it keeps survives a reload. */
export class Device implements AsyncDisposable {
  readonly #options: DeviceOptions
  readonly #weather: Weather
  readonly #storage = memoryStorage()
  #state: ParleyState

  constructor(options: DeviceOptions) {
    this.#options = options
    this.#weather = createWeather(options.gateways, createRandom(options.seed))
    this.#state = this.#start()
  }

  get client(): ParleyClient {
    return this.#state.client
  }

  get room(): LiveConversation {
    return this.#state.conversation(this.#options.room)
  }

  cut(): void {
    this.#weather.cut()
  }

  /** The page is loaded again. */
  async reload(): Promise<void> {
    const { client } = this
    this.#state = this.#start()
    await client.close()
  }

  /** The weather clears up, and what may have been lost unnoticed is asked for. */
  calm(): void {
    this.#weather.clear()
    this.#weather.cut()
  }

  /** What is shown; throws while it is not all there, or not all confirmed. */
  sight(): Sight {
    const { view, messages, members, history } = this.room
    // Whoever was refused has seen why, and lets it be.
    for (const { client_id, state } of this.client.localMessages.get())
      if (state === 'failed') this.client.discard(client_id)
    const shown = messages.get()
    const unsettled = shown.find(({ state, is_pending }) => state !== 'stored' || is_pending)
    if (unsettled) throw new Error(`${unsettled.content} is not settled: ${unsettled.state}`)
    const known = view.get()
    const { isLoaded, hasOlder } = history.get()
    if (!known && this.#state.conversations.status.get().isLoaded) return nothing
    if (!known || !isLoaded) throw new Error('nothing is loaded')
    if (hasOlder) void this.room.loadOlder().catch(() => undefined)
    if (hasOlder) throw new Error('older messages are not loaded')
    return {
      view: known,
      // Those that are stored have all of these.
      messages: shown.map(
        ({ state: _, is_pending: _pending, error: _error, ...message }) => message as Message,
      ),
      members: members.get(),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
  }

  #start(): ParleyState {
    const { gateways, tokens, seed } = this.#options
    const random = createRandom(seed + 1)
    const { WebSocket, fetch } = this.#weather
    const client = new ParleyClient({
      ...{ url: gateways[seed % gateways.length] as string, tokens, storage: this.#storage },
      ...{ WebSocket, fetch, random: random.next },
      after: (ms, run) => {
        const timer = setTimeout(run, ms / SPEED)
        return () => clearTimeout(timer)
      },
      deadlineMs: 5_000 * SPEED,
    })
    const state = new ParleyState(client)
    void client.connect()
    state.conversations.load().catch(() => undefined)
    state.conversation(this.#options.room).open()
    return state
  }
}
