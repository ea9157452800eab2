import { sync, type Caller } from '@parley/protocol'
import { parseReply, type Bus } from '@parley/service-kit'

export interface Synced {
  cursor: string
  frames: Record<string, unknown>[]
  pages: number
}

/** A whole sync of a person, page by page; without a cursor it gives the present one. */
export async function syncFrom(bus: Bus, who: Caller, cursor?: string): Promise<Synced> {
  const frames: Record<string, unknown>[] = []
  let continuation: string | null = null
  for (let pages = 1; ; pages++) {
    const reply: string = await bus.forward(sync, {
      caller: who,
      trace_id: 't',
      input: continuation === null ? { cursor } : { continuation },
    })
    const output = parseReply(reply) as { cursor: string; continuation: string | null }
    for (const line of reply.split('\n').slice(1)) frames.push(JSON.parse(line) as Record<string, unknown>)
    continuation = output.continuation
    if (continuation === null) return { cursor: output.cursor, frames, pages }
  }
}
