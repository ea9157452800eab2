// Requests that need no order and have short answers travel together: those of one turn of the event loop, and where others have
// just left, those of a few milliseconds. Where a thousand sockets open in a second, that is a message for ten of them.
import DataLoader from 'dataloader'
import { errorLine } from './envelope.ts'
import { createPace } from './pace.ts'

/** Sends a payload to a subject and gives the reply. */
type Request = (subject: string, payload: string) => Promise<string>

const MOST_IN_BATCH = 128
const GATHER_MS = 10

/** As `request`, for one line whose reply is one line. */
export function createBatchClient(request: Request): Request {
  const loaders = new Map<string, DataLoader<string, string>>()
  const begin = (subject: string): DataLoader<string, string> => {
    const send = async (lines: readonly string[]): Promise<string[]> => {
      const reply = await request(subject, lines.join('\n'))
      if (lines.length === 1) return [reply]
      const replies = reply.split('\n')
      return replies.length === lines.length ? replies : lines.map(() => broken)
    }
    return new DataLoader(send, {
      cache: false,
      maxBatchSize: MOST_IN_BATCH,
      batchScheduleFn: createPace(GATHER_MS),
    })
  }
  return (subject, line) => {
    let loader = loaders.get(subject)
    if (!loader) loaders.set(subject, (loader = begin(subject)))
    return loader.load(line)
  }
}

const broken = errorLine({ code: 'internal' })
