import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@parley/testkit'
import type { Fault } from '../fault.ts'
import type { Proxy, Weathers } from '../net/proxy.ts'

const CUT_MS = 6_000
const CONNECTED_WITHIN_MS = 10_000
/** Longer than two heartbeats, after which either side takes the other for gone; shorter than a client's patience. */
const HALF_OPEN_MS = 12_000
const ROUGH_MS = 5_000
const PART = 1 / 3

const nothing = { isCut: true }
/** What is cut off: both ways, what the process says, or what it hears. */
const CUTS = {
  'cut off from': { there: nothing, back: nothing },
  'not heard by': { there: nothing },
  'hearing nothing from': { back: nothing },
} satisfies Record<string, Weathers>

/** A process is parted from a server, and nothing else is. Postgres knows all processes of a service by one name. */
export const parted = (process: string, how: keyof typeof CUTS, server: 'nats' | 'postgres'): Fault => ({
  kind: `${process} ${how} ${server}`,
  ends: [],
  inflict: async ({ stand }) => {
    const name = server === 'nats' ? process : `parley-${process}`
    // It may be on its way back from what was before.
    await eventually(() => expectConnected(stand.ways[server], name), { timeoutMs: CONNECTED_WITHIN_MS })
    const heal = stand.ways[server].bring(CUTS[how], (one) => one === name)
    await delay(CUT_MS)
    heal()
  },
})

function expectConnected(way: Proxy, name: string): void {
  if (!way.names().includes(name)) throw new Error(`${name} is none of ${way.names().join(', ')}`)
}

/** Each connection to a server breaks, half of a message sent. */
export const broken = (server: 'nats' | 'postgres'): Fault => ({
  kind: `connections to ${server} broken amid a message`,
  ends: [],
  inflict: async ({ stand }) => stand.ways[server].breakNext(),
})

const rough = { delayMs: 200, lossPart: 0.3, bytesPerSecond: 125_000 }

/** 100 to 300 ms each way, three pieces of ten sent again, and 1 Mbit/s a connection. */
export const roughNats: Fault = {
  kind: 'a rough network to nats',
  ends: [],
  inflict: async ({ stand }) => {
    const heal = stand.ways.nats.bring({ there: rough, back: rough })
    await delay(ROUGH_MS)
    heal()
  },
}

const isOneOf = (part: number, chance: () => number) => {
  const chosen = new Map<string, boolean>()
  return (name: string): boolean => {
    if (!chosen.has(name)) chosen.set(name, chance() < part)
    return chosen.get(name) as boolean
  }
}

export const roughClients: Fault = {
  kind: 'a rough network to clients',
  ends: [],
  inflict: async ({ stand, random }) => {
    const isMeant = isOneOf(PART, random.next)
    const heals = stand.ways.doors.map((door) => door.bring({ there: rough, back: rough }, isMeant))
    await delay(ROUGH_MS)
    for (const heal of heals) heal()
  },
}

/** A third of the clients is cut off, both ways or one; neither side is told. */
export const halfOpenClients: Fault = {
  kind: 'clients half-open',
  ends: [],
  inflict: async ({ stand, random }) => {
    const heals = stand.ways.doors.map((door) =>
      door.bring(random.pick(Object.values(CUTS)), isOneOf(PART, random.next)),
    )
    await delay(HALF_OPEN_MS)
    for (const heal of heals) heal()
  },
}

/** Everybody at once. */
export const clientsDropped: Fault = {
  kind: 'all clients dropped',
  ends: [],
  inflict: async ({ stand }) => {
    for (const door of stand.ways.doors) door.breakNow()
  },
}
