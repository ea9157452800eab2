import { connect } from '@nats-io/transport-node'
import { events } from '@parley/protocol'
import type { Wire } from '../../scripts/compatibility/released.ts'
import { addExample, newWire } from './wire.ts'

export interface Tap extends AsyncDisposable {
  /** What has been heard so far. */
  wire: Wire
}

interface Request {
  rpc: string
  pick?: string
  input: unknown
}

const eventNames = new Set(events.map(({ name }) => name))

/** Listens to all that services and gateways say to each other over a NATS that lets everybody hear everything. */
export async function tapWire(url: string): Promise<Tap> {
  const nats = await connect({ servers: url })
  const wire = newWire()
  const asked = new Map<string, Request[]>()

  const hear = (subject: string, text: string, reply: string | undefined): void => {
    const [kind = ''] = subject.split('.', 1)
    if (kind === 'svc' && reply) asked.set(reply, noteRequests(wire, text))
    else if (['u', 'c', 'p'].includes(kind)) noteFrames(wire, text)
    else if (kind === 'evt') noteEvent(wire, subject.slice('evt.'.length), text)
    else if (asked.has(subject)) noteReply(wire, asked.get(subject) as Request[], text)
  }
  nats.subscribe('>', { callback: (err, msg) => void (err ?? hear(msg.subject, msg.string(), msg.reply)) })
  await nats.flush()
  return { wire, [Symbol.asyncDispose]: () => nats.close() }
}

function noteRequests({ rpcs }: Wire, text: string): Request[] {
  const requests = text.split('\n').map((line) => JSON.parse(line) as Request)
  for (const { rpc, input } of requests) addExample(rpcs, rpc, { input })
  return requests
}

/** A line for each request; what comes after them is frames. */
function noteReply(wire: Wire, requests: readonly Request[], text: string): void {
  const lines = text.split('\n')
  for (const [index, { rpc, pick }] of requests.entries()) {
    const line = lines[index] ?? ''
    if (line.startsWith('+') && !pick) addExample(wire.rpcs, rpc, { output: JSON.parse(line.slice(1)) })
  }
  for (const line of lines.slice(requests.length)) noteFrame(wire, line)
}

const noteFrames = (wire: Wire, text: string): void => {
  for (const line of text.split('\n')) noteFrame(wire, line)
}

function noteFrame({ pushes }: Wire, text: string): void {
  if (!text.startsWith('{"type":')) return
  const { type, ...payload } = JSON.parse(text) as { type: string }
  addExample(pushes, type, { payload })
}

function noteEvent({ events: heard }: Wire, name: string, text: string): void {
  if (eventNames.has(name)) addExample(heard, name, { payload: JSON.parse(text) })
}
