import { backoffMs } from './backoff.ts'
import { Connection } from './connection.ts'
import type { Credential } from './credentials.ts'
import type { Environment } from './environment.ts'
import { type Delay, type Effect, type Event, type State, transition } from './machine.ts'
import { endsSession } from './session.ts'
import type { AnyFrame } from './wire.ts'

/** How long live must last before earlier losses are forgotten. */
const SETTLE_MS = 5_000

export interface LinkOptions {
  /** Where the gateway is. */
  url: URL
  environment: Environment
  /** Proves who asks; with `renew`, by a token other than the last one. */
  credential: (renew: boolean) => Promise<Credential>
  /** What a socket that was just opened says first, and who takes what it delivers. */
  open: () => { hello: AnyFrame; receive: (frame: AnyFrame) => void }
  on: {
    state: (state: State) => void
    /** The socket that commands go to; undefined while there is none. */
    ready: (connection: Connection | undefined) => void
    answer: (frame: AnyFrame) => boolean
    forgetCursor: () => void
  }
}

/** Runs the machine: performs its effects and tells it what happened. */
export class Link {
  readonly #options: LinkOptions
  readonly #events: Event[] = []
  #isRunning = false
  #state: State = { name: 'idle' }
  #credential: Credential = { user_id: undefined, protocol: '' }
  #authorizations = 0
  /** While a second socket takes over, `next` is that one. */
  #main: Connection | undefined
  #next: Connection | undefined
  #ready: Connection | undefined
  #stopTimer = () => {}

  constructor(options: LinkOptions) {
    this.#options = options
  }

  get state(): State {
    return this.#state
  }

  /** Takes one event. Listeners may cause further ones: they wait until this one is done. */
  dispatch(event: Event): void {
    this.#events.push(event)
    if (this.#isRunning) return
    this.#isRunning = true
    for (let due = this.#events.shift(); due; due = this.#events.shift()) this.#step(due)
    this.#isRunning = false
  }

  #step(event: Event): void {
    const before = this.#state
    const { state, effects } = transition(before, event)
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    if (state.name === 'closed') this.#stopTimer()
    const ready = this.#main?.isReady ? this.#main : undefined
    if (ready !== this.#ready) this.#options.on.ready((this.#ready = ready))
    if (state !== before) this.#options.on.state(state)
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'authorize':
        // Never rejects: a failure is an event.
        return void this.#authorize(effect.renew)
      case 'open':
        return this.#open()
      case 'promote':
        this.#main?.drop()
        this.#main = this.#next
        this.#next = undefined
        return
      case 'drop_all':
        this.#authorizations += 1
        this.#main?.drop()
        this.#next?.drop()
        this.#main = this.#next = undefined
        return
      case 'check':
        return this.#main?.check()
      case 'forget_cursor':
        return this.#options.on.forgetCursor()
      case 'wait':
        return this.#wait(effect.delay)
    }
  }

  async #authorize(renew: boolean): Promise<void> {
    const mine = (this.#authorizations += 1)
    try {
      const credential = await this.#options.credential(renew)
      if (mine !== this.#authorizations) return
      this.#credential = credential
    } catch (cause) {
      const type = endsSession(cause) ? 'signed_out' : 'authorize_failed'
      if (mine === this.#authorizations) this.dispatch({ type })
      return
    }
    this.dispatch({ type: 'authorized' })
  }

  #open(): void {
    const { url, environment, open } = this.#options
    let receive: (frame: AnyFrame) => void = () => {}
    const connection = new Connection({
      url: socketUrl(url),
      environment,
      credential: this.#credential,
      on: {
        opened: () => {
          const { hello, receive: receiver } = open()
          receive = receiver
          connection.send(hello)
          this.dispatch({ type: 'opened' })
        },
        frame: (frame) => this.#receive(frame, receive),
        lost: (code) => this.#lost(connection, code),
      },
    })
    if (this.#main) this.#next = connection
    else this.#main = connection
  }

  #receive(frame: AnyFrame, deliver: (frame: AnyFrame) => void): void {
    switch (frame.type) {
      case 'ack':
      case 'response':
        return void this.#options.on.answer(frame)
      case 'error':
        if (!this.#options.on.answer(frame)) deliver(frame)
        return
      case 'goaway':
        return this.dispatch({ type: 'goaway', reconnect_in_ms: Number(frame['reconnect_in_ms']) || 0 })
      case 'welcome':
        deliver(frame)
        return this.dispatch({ type: 'welcome' })
      case 'reset':
        return this.dispatch({ type: 'reset' })
      case 'caught_up':
        // What was missed is applied before anybody hears that all of it is there.
        deliver(frame)
        return this.dispatch({ type: 'caught_up' })
      default:
        deliver(frame)
    }
  }

  #lost(connection: Connection, code: number): void {
    if (connection === this.#next) {
      this.#next = undefined
      return this.dispatch({ type: 'lost', code })
    }
    this.#main = this.#next
    this.#next = undefined
    this.dispatch({ type: this.#state.name === 'handing_over' ? 'old_lost' : 'lost', code })
  }

  #wait(delay: Delay): void {
    const { after, random } = this.#options.environment
    this.#stopTimer()
    this.#stopTimer = after(delayMs(delay, random), () => this.dispatch({ type: 'timer' }))
  }
}

function delayMs(delay: Delay, random: () => number): number {
  switch (delay.kind) {
    case 'backoff':
      return backoffMs(delay.attempt, random)
    case 'handover':
      // By chance already: the gateway spreads its clients over the time that it has.
      return Math.max(0, delay.reconnect_in_ms)
    case 'settle':
      return SETTLE_MS
  }
}

/** `/ws` beside the HTTP paths. */
function socketUrl(base: URL): string {
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/ws`, base)
  url.protocol = base.protocol.replace('http', 'ws')
  return url.href
}
