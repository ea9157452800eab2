/*
 * What keeps one client connected. Pure: the link performs the effects and reports the events.
 *
 *          connect               authorized             opened            welcome
 *   idle ──────────▶ authorizing ──────────▶ connecting ───────▶ opening ────────▶ catching_up
 *                     ▲   │ authorize_failed     │ lost            │ lost            │    │ caught_up
 *    timer, connect,  │   ▼                      ▼                 ▼            lost ▼    ▼
 *    online, visible  └─ waiting ◀───────────────┴─────────────────┴─────────────────┴── live ◀────┐
 *                                                                                   goaway │       │ the second
 *   4301: straight to authorizing, with a renewed token; 4401 too, once.                   ▼       │ is caught up
 *   reset, 4010: the cursor is forgotten, then as after a loss.                      handing_over ─┘
 *   close, signed_out, any other final code: from everywhere to closed; connect leaves it again.
 *
 * In handing_over a second socket goes through the same states while the first goes on; if the first is lost, the second
 * is all there is. `attempt` counts the losses since the link last stayed live; it falls to 0 when live has lasted.
 */
import { type ClosedReason, finalReason, isResumable } from './close-codes.ts'
import { closeCodes } from './generated/operations.ts'

export type Attempt =
  | { name: 'authorizing'; attempt: number; renew: boolean }
  | { name: 'connecting' | 'opening' | 'catching_up'; attempt: number; renewed: boolean }
  | { name: 'waiting'; attempt: number; renew: boolean }

interface Live {
  name: 'live'
  attempt: number
}
interface HandingOver {
  name: 'handing_over'
  next: Attempt
}
interface Closed {
  name: 'closed'
  reason: ClosedReason
}
export type State = { name: 'idle' } | Attempt | Live | HandingOver | Closed

export type Event =
  | { type: 'connect' | 'close' | 'signed_out' | 'authorized' | 'authorize_failed' }
  | { type: 'opened' | 'welcome' | 'caught_up' | 'reset' | 'timer' | 'online' | 'offline' | 'visible' }
  | { type: 'goaway'; reconnect_in_ms: number }
  /** Of the newest socket, or of the first one while a second takes over. */
  | { type: 'lost' | 'old_lost'; code: number }

export type Delay =
  { kind: 'backoff'; attempt: number } | { kind: 'handover'; reconnect_in_ms: number } | { kind: 'settle' }

export type Effect =
  | { type: 'authorize'; renew: boolean }
  /** `open` makes the newest socket; `promote` drops the first in its favour; `check` asks for a sign of life soon. */
  | { type: 'open' | 'promote' | 'drop_all' | 'check' | 'forget_cursor' }
  /** There is one timer: a new wait replaces the one before. */
  | { type: 'wait'; delay: Delay }

export interface Step<S extends State = State> {
  state: S
  effects: Effect[]
}

const step = <S extends State>(state: S, ...effects: Effect[]): Step<S> => ({ state, effects })
const authorize = (attempt: number, renew: boolean): Step<Attempt> =>
  step({ name: 'authorizing', attempt, renew }, { type: 'authorize', renew })
const wait = (attempt: number, renew: boolean): Step<Attempt> =>
  step(
    { name: 'waiting', attempt: attempt + 1, renew },
    { type: 'wait', delay: { kind: 'backoff', attempt } },
  )
const closed = (reason: ClosedReason): Step<Closed> => step({ name: 'closed', reason }, { type: 'drop_all' })
const forgetting = ({ state, effects }: Step<Attempt>): Step<Attempt> =>
  step(state, { type: 'drop_all' }, { type: 'forget_cursor' }, ...effects)

/** What the device says about itself; it proves nothing about the socket. */
const signals: ReadonlySet<string> = new Set(['online', 'offline', 'visible'] satisfies Event['type'][])

/** Servers that are short of room are left alone a little longer. */
const PATIENT_ATTEMPT = 3

function lost(
  code: number,
  { attempt, renewed }: { attempt: number; renewed: boolean },
): Step<Attempt | Closed> {
  switch (code) {
    case closeCodes.reset:
      return forgetting(wait(attempt, false))
    case closeCodes.overloaded:
    case closeCodes.rate_limited:
      return wait(Math.max(attempt, PATIENT_ATTEMPT), false)
    case closeCodes.token_expired:
      return attempt === 0 ? authorize(1, true) : wait(attempt, true)
    case closeCodes.not_authenticated:
      if (renewed) return closed('not_authenticated')
      return attempt === 0 ? authorize(1, true) : wait(attempt, true)
    default:
      return isResumable(code) ? wait(attempt, false) : closed(finalReason(code))
  }
}

/** The next state and what to do; an event that means nothing in a state changes nothing. */
export function transition(state: State, event: Event): Step {
  if (state.name === 'closed' || state.name === 'idle') {
    if (event.type === 'connect') return authorize(0, false)
    return event.type === 'close' && state.name === 'idle' ? closed('closed_by_app') : step(state)
  }
  if (event.type === 'close') return closed('closed_by_app')
  if (event.type === 'signed_out') return closed('signed_out')
  switch (state.name) {
    case 'live':
      return live(state, event)
    case 'handing_over':
      return handingOver(state, event)
    default:
      return attempting(state, event)
  }
}

function attempting(state: Attempt, event: Event): Step<Attempt | Live | Closed> {
  switch (state.name) {
    case 'authorizing':
      if (event.type === 'authorized')
        return step({ name: 'connecting', attempt: state.attempt, renewed: state.renew }, { type: 'open' })
      return event.type === 'authorize_failed' ? wait(state.attempt, state.renew) : step(state)
    case 'waiting':
      return ['timer', 'connect', 'online', 'visible'].includes(event.type)
        ? authorize(state.attempt, state.renew)
        : step(state)
    default:
      return opening(state, event)
  }
}

function opening(state: Extract<Attempt, { renewed: boolean }>, event: Event): Step<Attempt | Live | Closed> {
  const { name, attempt } = state
  switch (event.type) {
    case 'opened':
      return name === 'connecting' ? step({ ...state, name: 'opening' }) : step(state)
    case 'welcome':
      return name === 'opening' ? step({ ...state, name: 'catching_up' }) : step(state)
    case 'caught_up':
      return name === 'catching_up' ? settling(attempt) : step(state)
    case 'reset':
      return forgetting(wait(attempt, false))
    case 'lost':
      return lost(event.code, state)
    default:
      return step(state)
  }
}

const settling = (attempt: number): Step<Live> =>
  step({ name: 'live', attempt }, { type: 'wait', delay: { kind: 'settle' } })

function live(state: Live, event: Event): Step {
  if (signals.has(event.type)) return step(state, { type: 'check' })
  switch (event.type) {
    case 'timer':
      return step({ name: 'live', attempt: 0 })
    case 'goaway': {
      const delay: Delay = { kind: 'handover', reconnect_in_ms: event.reconnect_in_ms }
      const next: Attempt = { name: 'waiting', attempt: 0, renew: false }
      return step({ name: 'handing_over', next }, { type: 'wait', delay })
    }
    case 'reset':
      return forgetting(wait(state.attempt, false))
    case 'lost':
      return lost(event.code, { attempt: state.attempt, renewed: false })
    default:
      return step(state)
  }
}

function handingOver(state: HandingOver, event: Event): Step {
  switch (event.type) {
    case 'goaway':
      return step(state)
    case 'reset':
      return forgetting(wait(state.next.attempt, false))
    case 'old_lost':
      return oldLost(state.next, event.code)
    default: {
      const { state: next, effects } = attempting(state.next, event)
      if (signals.has(event.type)) effects.push({ type: 'check' })
      if (next.name === 'live') return step(next, { type: 'promote' }, ...effects)
      // Also after 4010 on the second socket: nothing can be continued from either.
      if (next.name === 'closed' || effects.some(({ type }) => type === 'drop_all'))
        return { state: next, effects }
      return step({ name: 'handing_over', next }, ...effects)
    }
  }
}

/** The second socket is all there is: it goes on as the first, at once if it was only waiting for its turn. */
function oldLost(next: Attempt, code: number): Step {
  if (code === closeCodes.reset) return forgetting(wait(next.attempt, false))
  if (!isResumable(code) && code !== closeCodes.not_authenticated) return closed(finalReason(code))
  if (next.name === 'waiting' && next.attempt === 0) return authorize(0, next.renew)
  return step(next)
}
