import { limits, type Message } from '@parley/protocol'

/** The first of some messages, as many as a page has room for. */
export function fitPage(items: readonly Message[]): Message[] {
  const kept: Message[] = []
  let bytes = 0
  for (const message of items) {
    bytes += Buffer.byteLength(message.content) + 1_000
    if (kept.length > 0 && bytes > limits.page_bytes) break
    kept.push(message)
  }
  return kept
}
