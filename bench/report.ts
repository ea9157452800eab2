// npm run bench -- report
// Writes docs/performance.md: bench/notes.md, with the last result of a bench in place of each line `{{name}}`.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findResult } from './results.ts'

const NOTE =
  '<!-- Written by bench/report.ts from bench/notes.md and bench/results. Do not edit: run `npm run bench -- report`. -->'

const notes = await readFile(join(import.meta.dirname, 'notes.md'), 'utf8')
const lines = await Promise.all(notes.split('\n').map(textOf))
await writeFile(join(import.meta.dirname, '../docs/performance.md'), `${NOTE}\n\n${lines.join('\n')}`)

async function textOf(line: string): Promise<string> {
  const name = /^\{\{(.+)\}\}$/.exec(line)?.[1]
  if (name === undefined) return line
  const result = await findResult(name)
  if (!result) return 'Not measured yet.'
  const { command, circumstances, text } = result
  return `\`${command}\` (${circumstances}):\n\n<!-- prettier-ignore-start -->\n\n${text}\n\n<!-- prettier-ignore-end -->`
}
