import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Attempt, type Effect, type Event, type State, transition } from './machine.ts'

const waiting = (attempt: number, renew = false): Attempt => ({ name: 'waiting', attempt, renew })
const catchingUp: Attempt = { name: 'catching_up', attempt: 0, renewed: false }

const states = {
  idle: { name: 'idle' },
  authorizing: { name: 'authorizing', attempt: 0, renew: false },
  connecting: { name: 'connecting', attempt: 0, renewed: false },
  opening: { name: 'opening', attempt: 0, renewed: false },
  catching_up: catchingUp,
  live: { name: 'live', attempt: 0 },
  waiting: waiting(1),
  closed: { name: 'closed', reason: 'replaced' },
  'handing_over:due': { name: 'handing_over', next: waiting(0) },
  'handing_over:waiting': { name: 'handing_over', next: waiting(2) },
  'handing_over:catching_up': { name: 'handing_over', next: catchingUp },
} as const satisfies Record<string, State>

const events = {
  connect: { type: 'connect' },
  close: { type: 'close' },
  signed_out: { type: 'signed_out' },
  authorized: { type: 'authorized' },
  authorize_failed: { type: 'authorize_failed' },
  opened: { type: 'opened' },
  welcome: { type: 'welcome' },
  caught_up: { type: 'caught_up' },
  goaway: { type: 'goaway', reconnect_in_ms: 9 },
  reset: { type: 'reset' },
  timer: { type: 'timer' },
  online: { type: 'online' },
  offline: { type: 'offline' },
  visible: { type: 'visible' },
  'lost 1006': { type: 'lost', code: 1006 },
  'lost 4010': { type: 'lost', code: 4010 },
  'lost 4013': { type: 'lost', code: 4013 },
  'lost 4301': { type: 'lost', code: 4301 },
  'lost 4401': { type: 'lost', code: 4401 },
  'lost 4403': { type: 'lost', code: 4403 },
  'lost 4999': { type: 'lost', code: 4999 },
  'old_lost 1006': { type: 'old_lost', code: 1006 },
  'old_lost 4010': { type: 'old_lost', code: 4010 },
  'old_lost 4301': { type: 'old_lost', code: 4301 },
  'old_lost 4409': { type: 'old_lost', code: 4409 },
} as const satisfies Record<string, Event>

type StateName = keyof typeof states
type EventName = keyof typeof events

const show = (state: State): string => {
  if (state.name === 'handing_over') return `handing_over(${show(state.next)})`
  if (state.name === 'closed') return `closed ${state.reason}`
  return [
    state.name,
    ...('attempt' in state ? [state.attempt] : []),
    ...(('renew' in state && state.renew) || ('renewed' in state && state.renewed) ? ['renewed'] : []),
  ].join(' ')
}
const showEffect = (effect: Effect): string =>
  effect.type === 'wait'
    ? `wait ${effect.delay.kind}${effect.delay.kind === 'backoff' ? ` ${effect.delay.attempt}` : ''}`
    : effect.type
const outcome = (state: State, event: Event): string => {
  const next = transition(state, event)
  return [show(next.state), ...next.effects.map(showEffect)].join(' | ')
}

const attempted = ['connecting', 'opening', 'catching_up', 'live'] as const
const handing = ['handing_over:due', 'handing_over:waiting', 'handing_over:catching_up'] as const
const running = ['authorizing', 'waiting', ...attempted, ...handing] as const
const each = (names: readonly StateName[], result: string) =>
  Object.fromEntries(names.map((name) => [name, result]))

/** Every pair that does something; each other pair must change nothing. */
const table: Record<EventName, Partial<Record<StateName, string>>> = {
  connect: {
    ...each(['idle', 'closed'], 'authorizing 0 | authorize'),
    waiting: 'authorizing 1 | authorize',
    'handing_over:due': 'handing_over(authorizing 0) | authorize',
    'handing_over:waiting': 'handing_over(authorizing 2) | authorize',
  },
  close: each(['idle', ...running], 'closed closed_by_app | drop_all'),
  signed_out: each(running, 'closed signed_out | drop_all'),
  authorized: { authorizing: 'connecting 0 | open' },
  authorize_failed: { authorizing: 'waiting 1 | wait backoff 0' },
  opened: { connecting: 'opening 0' },
  welcome: { opening: 'catching_up 0' },
  caught_up: {
    catching_up: 'live 0 | wait settle',
    'handing_over:catching_up': 'live 0 | promote | wait settle',
  },
  goaway: { live: 'handing_over(waiting 0) | wait handover' },
  reset: {
    ...each([...attempted, 'handing_over:due'], 'waiting 1 | drop_all | forget_cursor | wait backoff 0'),
    'handing_over:waiting': 'waiting 3 | drop_all | forget_cursor | wait backoff 2',
    'handing_over:catching_up': 'waiting 1 | drop_all | forget_cursor | wait backoff 0',
  },
  timer: {
    waiting: 'authorizing 1 | authorize',
    live: 'live 0',
    'handing_over:due': 'handing_over(authorizing 0) | authorize',
    'handing_over:waiting': 'handing_over(authorizing 2) | authorize',
  },
  online: signal('authorizing 1 | authorize'),
  visible: signal('authorizing 1 | authorize'),
  offline: { live: 'live 0 | check', ...Object.fromEntries(handing.map((name) => [name, unchanged(name)])) },
  'lost 1006': lost('waiting 1', 'wait backoff 0'),
  'lost 4010': {
    ...each(attempted, 'waiting 1 | drop_all | forget_cursor | wait backoff 0'),
    'handing_over:catching_up': 'waiting 1 | drop_all | forget_cursor | wait backoff 0',
  },
  'lost 4013': lost('waiting 4', 'wait backoff 3'),
  'lost 4301': lost('authorizing 1 renewed', 'authorize'),
  'lost 4401': lost('authorizing 1 renewed', 'authorize'),
  'lost 4403': each([...attempted, 'handing_over:catching_up'], 'closed session_ended | drop_all'),
  'lost 4999': each([...attempted, 'handing_over:catching_up'], 'closed refused | drop_all'),
  'old_lost 1006': oldLost(),
  'old_lost 4010': {
    ...each(
      ['handing_over:due', 'handing_over:catching_up'],
      'waiting 1 | drop_all | forget_cursor | wait backoff 0',
    ),
    'handing_over:waiting': 'waiting 3 | drop_all | forget_cursor | wait backoff 2',
  },
  'old_lost 4301': oldLost(),
  'old_lost 4409': each(handing, 'closed replaced | drop_all'),
}

function unchanged(name: StateName): string {
  return `${show(states[name])} | check`
}
function signal(result: string): Partial<Record<StateName, string>> {
  return {
    waiting: result,
    live: 'live 0 | check',
    'handing_over:due': 'handing_over(authorizing 0) | authorize | check',
    'handing_over:waiting': 'handing_over(authorizing 2) | authorize | check',
    'handing_over:catching_up': unchanged('handing_over:catching_up'),
  }
}
function lost(next: string, effect: string): Partial<Record<StateName, string>> {
  return {
    ...each(attempted, `${next} | ${effect}`),
    'handing_over:catching_up': `handing_over(${next}) | ${effect}`,
  }
}
function oldLost(): Partial<Record<StateName, string>> {
  return {
    'handing_over:due': 'authorizing 0 | authorize',
    'handing_over:waiting': 'waiting 2',
    'handing_over:catching_up': 'catching_up 0',
  }
}

test.each(Object.keys(states) as StateName[])('in %s each event does what the table says', (name) => {
  const names = Object.keys(events) as EventName[]
  const outcomes = names.map((event) => [event, outcome(states[name], events[event])])
  const expected = names.map((event) => [event, table[event][name] ?? show(states[name])])

  expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(expected))
})

describe('a refused token', () => {
  test('is renewed at once only the first time, then with back-off', () => {
    const state: State = { name: 'opening', attempt: 2, renewed: true }

    expect(outcome(state, { type: 'lost', code: 4301 })).toBe('waiting 3 renewed | wait backoff 2')
  })

  test('ends the connection when its renewal is refused as well', () => {
    const state: State = { name: 'opening', attempt: 1, renewed: true }

    expect(outcome(state, { type: 'lost', code: 4401 })).toBe('closed not_authenticated | drop_all')
  })

  test('stays to be renewed when the renewal could not be asked for', () => {
    const state: State = { name: 'authorizing', attempt: 1, renew: true }

    expect(outcome(state, { type: 'authorize_failed' })).toBe('waiting 2 renewed | wait backoff 1')
  })
})

test('losses count up until live has lasted', () => {
  const sequence: Event[] = [
    { type: 'connect' },
    { type: 'authorized' },
    { type: 'opened' },
    { type: 'welcome' },
    { type: 'caught_up' },
    { type: 'lost', code: 4008 },
    { type: 'timer' },
    { type: 'authorized' },
    { type: 'opened' },
    { type: 'welcome' },
    { type: 'caught_up' },
  ]
  const state = sequence.reduce<State>((current, event) => transition(current, event).state, { name: 'idle' })

  expect(state).toEqual({ name: 'live', attempt: 1 })
  expect(transition(state, { type: 'lost', code: 4008 }).state).toEqual(waiting(2))
  expect(transition(state, { type: 'timer' }).state).toEqual({ name: 'live', attempt: 0 })
})

test('whatever happens, there is a way to go on: a timer, a token call, a socket or an end', () => {
  const pool = Object.values(events)

  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pool), { maxLength: 40 }), (sequence) => {
      let state: State = { name: 'idle' }
      for (const event of sequence) {
        const before: State = state
        const { state: after, effects } = transition(before, event)
        const started = after.name !== before.name && effects.map((effect) => effect.type)
        if (started && after.name === 'waiting' && before.name !== 'handing_over')
          expect(started).toContain('wait')
        if (started && after.name === 'authorizing' && before.name !== 'handing_over')
          expect(started).toContain('authorize')
        if (started && after.name === 'connecting' && before.name !== 'handing_over')
          expect(started).toContain('open')
        if (started && after.name === 'closed') expect(started).toContain('drop_all')
        state = after
      }
    }),
  )
})
