import { readFileSync } from 'node:fs'
import type { DialectName } from '@parley/protocol'

/** The code blocks of a client's document, without their fences. */
function blocksOf(name: DialectName): string[] {
  const text = readFileSync(new URL(`words/${name}.md`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block = '']) => block)
}

/** The one code block of a document that holds a text. */
export function blockOf(name: DialectName, mark: string): string {
  const found = blocksOf(name).filter((block) => block.includes(mark))
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${name} hold ${mark}`)
  return found[0] as string
}

/** What a document gives as examples of frames: one object after the other, some with a comment or an ellipsis. */
export function examplesIn(block: string): Record<string, unknown>[] {
  return block
    .replaceAll(/\s+\/\/.*$/gm, '')
    .replaceAll('[...]', '[]')
    .split(/\n\n+/)
    .map((text) => JSON.parse(text) as Record<string, unknown>)
}
