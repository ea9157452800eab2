import type { Inline } from './tree.ts'

// As messaging finds mentions: a full stop or dash after a name ends the sentence, not the name.
const MENTION = /(?<![\w@.-])@([a-z0-9_.-]{3,32})/gi
const TRAILING = /[.-]+$/

/** Running text with the names in it. */
export function splitMentions(text: string): Inline[] {
  const parts: Inline[] = []
  let end = 0
  for (const { 0: found, 1: name = '', index } of text.matchAll(MENTION)) {
    const kept = name.replace(TRAILING, '')
    if (kept.length < 3) continue
    const shown = found.slice(0, kept.length + 1)
    if (index > end) parts.push({ type: 'text', text: text.slice(end, index) })
    parts.push({ type: 'mention', username: kept.toLowerCase(), text: shown })
    end = index + shown.length
  }
  if (end < text.length) parts.push({ type: 'text', text: text.slice(end) })
  return parts
}
