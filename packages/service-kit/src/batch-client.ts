// Requests that need no order and have short answers travel together: those of one turn of the event loop, and where others have
// just left, those of a few milliseconds. Where a thousand sockets open in a second, that is a message for ten of them.
import { errorLine } from './envelope.ts'

/** Sends a payload to a subject and gives the reply. */
export type Request = (subject: string, payload: string, timeoutMs: number) => Promise<string>

interface Waiting {
  line: string
  timeoutMs: number
  resolve: (reply: string) => void
  reject: (err: unknown) => void
}

interface Gathering {
  waiting: Waiting[]
  leftAt: number
}

const MOST_IN_BATCH = 128
/** Between two batches to a subject that are not full. */
const GATHER_MS = 10

/** As `request`, for one line whose reply is one line. */
export function createBatchClient(request: Request): Request {
  const gatherings = new Map<string, Gathering>()
  const gatheringOf = (subject: string): Gathering => {
    let gathering = gatherings.get(subject)
    if (!gathering) gatherings.set(subject, (gathering = { waiting: [], leftAt: -Infinity }))
    return gathering
  }
  const leave = (subject: string, gathering: Gathering): void => {
    const batch = gathering.waiting
    // It was full before its time.
    if (batch.length === 0) return
    gathering.waiting = []
    gathering.leftAt = performance.now()
    void send(batch, (payload, timeoutMs) => request(subject, payload, timeoutMs))
  }
  return (subject, line, timeoutMs) =>
    new Promise((resolve, reject) => {
      const gathering = gatheringOf(subject)
      gathering.waiting.push({ line, timeoutMs, resolve, reject })
      if (gathering.waiting.length === MOST_IN_BATCH) return leave(subject, gathering)
      if (gathering.waiting.length > 1) return
      const waitMs = gathering.leftAt + GATHER_MS - performance.now()
      if (waitMs > 0) setTimeout(leave, waitMs, subject, gathering)
      else setImmediate(leave, subject, gathering)
    })
}

/** Settles each of a batch; never rejects. */
async function send(
  batch: readonly Waiting[],
  request: (payload: string, timeoutMs: number) => Promise<string>,
): Promise<void> {
  const payload = batch.map(({ line }) => line).join('\n')
  try {
    const reply = await request(payload, Math.max(...batch.map(({ timeoutMs }) => timeoutMs)))
    const replies = reply.split('\n')
    const isWhole = replies.length === batch.length
    for (const [i, { resolve }] of batch.entries()) resolve((isWhole && replies[i]) || broken)
  } catch (err) {
    for (const { reject } of batch) reject(err)
  }
}

const broken = errorLine({ code: 'internal' })
