import { limits } from '@parley/protocol'

export type JsonObject = Record<string, unknown>
export type Parsed = { ok: true; value: JsonObject } | { ok: false; fault: string }

/** A JSON object from text of a client: nothing else, and not nested too deep. */
export function parseObject(text: string): Parsed {
  if (isDeeper(text, limits.json_depth)) {
    return { ok: false, fault: `must not be nested deeper than ${limits.json_depth}` }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's words quote the text, which may hold a secret.
    return { ok: false, fault: 'must be JSON' }
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { ok: false, fault: 'must be a JSON object' }
  }
  return { ok: true, value: value as JsonObject }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const isOpening = (char: number): boolean => char === 0x7b || char === 0x5b
const isClosing = (char: number): boolean => char === 0x7d || char === 0x5d

/** Looks at brackets outside of strings only, before the parser spends memory on the text. */
function isDeeper(text: string, most: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === QUOTE) i = endOfString(text, i)
    else if (isOpening(char)) {
      if (++depth > most) return true
    } else if (isClosing(char)) depth--
  }
  return false
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === QUOTE) return i
    if (char === BACKSLASH) i++
  }
  return text.length
}
