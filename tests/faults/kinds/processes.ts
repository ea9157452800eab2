import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

/** Shorter than a heartbeat: a client whose gateway says nothing for two takes it for gone. */
const PAUSE_MS = 4_000
const IN_TURN_MS = 400
const TAKEN_MS = 5_000
const JUMPED_MS = 4_000

export const killed = (...targets: string[]): Fault => ({
  kind: `${targets.join(' + ')} killed`,
  ends: targets,
  inflict: async ({ stand }) => void (await Promise.all(targets.map((one) => stand.kill(one, 'SIGKILL')))),
})

/** By the signal that asks for an orderly end. */
export const stopped = (target: string): Fault => ({
  kind: `${target} stopped`,
  ends: [target],
  // SIGTERM lets Postgres wait for its clients, which do not go.
  inflict: ({ stand }) => stand.kill(target, target === 'postgres' ? 'SIGINT' : 'SIGTERM'),
})

/** They stand still, and go on with what they had in hand. */
export const paused = (...targets: string[]): Fault => ({
  kind: `${targets.join(' + ')} paused`,
  ends: [],
  inflict: async ({ stand }) => {
    const pids = await stand.pids()
    const all = targets.flatMap((target) => family(pids.get(target) as number))
    signal(all, 'SIGSTOP')
    await delay(PAUSE_MS)
    signal(all, 'SIGCONT')
  },
})

/** Forward or, by a negative number, back; and as it was again. */
export const clockJumps = (target: string, seconds: number): Fault => ({
  kind: `clock of ${target} ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`,
  ends: [],
  inflict: async ({ stand }) => {
    await stand.setClock(target, seconds * 1_000)
    await delay(JUMPED_MS)
    await stand.setClock(target, 0)
  },
})

/** It can open nothing more, not even in place of what it closes, and everybody comes back at once. */
export const descriptorsTaken = (target: `gateway-${number}`): Fault => ({
  kind: `${target} without descriptors`,
  ends: [],
  inflict: async ({ stand }) => {
    const pid = (await stand.pids()).get(target) as number
    const gateway = stand.gateways[Number(target.slice('gateway-'.length)) - 1] as string
    const before = limitDescriptors(pid, 0)
    for (const door of stand.ways.doors) door.breakNow()
    const answer = await answerWithin(TAKEN_MS, gateway)
    limitDescriptors(pid, before)
    if (answer !== '') throw new Error(`${target} had a descriptor left, and answered ${answer}`)
    if ((await stand.pids()).get(target) !== pid) throw new Error(`${target} has ended`)
  },
})

/** What is said over a connection that is opened now. */
async function answerWithin(ms: number, gateway: string): Promise<string> {
  const { port, hostname } = new URL(gateway)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (bytes) => (answer += bytes.toString()))
  // Whoever accepts no connection may break it as well.
  socket.on('error', () => undefined)
  socket.write('GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n')
  await delay(ms)
  socket.destroy()
  return answer
}

/** Sets how many a process may have; gives how many it might before. */
function limitDescriptors(pid: number, most: number): number {
  const limits = (...args: string[]): string =>
    execFileSync('prlimit', ['--pid', String(pid), ...args], { encoding: 'utf8' })
  const before = Number(limits('--nofile', '--noheadings', '--raw', '--output', 'SOFT'))
  limits(`--nofile=${most}:`)
  return before
}

/** Those who resume on the second lose it amid their replay. */
export const gatewaysInTurn: Fault = {
  kind: 'gateways killed in turn',
  ends: ['gateway-1', 'gateway-2'],
  inflict: async ({ stand }) => {
    await stand.kill('gateway-1', 'SIGKILL')
    await delay(IN_TURN_MS)
    await stand.kill('gateway-2', 'SIGKILL')
  },
}

/** A process and those that it has started: Postgres answers each client by one of its own. */
export function family(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const children = lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid ? (child as number) : []))
  return [pid, ...children]
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (err) {
      // It has ended meanwhile.
      if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err
    }
  }
}
