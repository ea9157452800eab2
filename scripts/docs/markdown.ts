/** A table; cells may hold Markdown, and a missing one is empty. */
export function table(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) =>
    `| ${head.map((_, i) => cell(cells[i])).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

const cell = (text = ''): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

export const code = (text: string): string => `\`${text}\``
export const codes = (texts: readonly string[]): string => texts.map(code).join(', ')

/** Blocks of a page, a blank line between each two; empty ones are left out. */
export const blocks = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n\n')

/** The first lines of a page that a script writes. */
export const generatedNote = (from: string): string =>
  `<!-- Written by scripts/write-docs.ts from ${from}. Do not edit: run \`npm run generate\`. -->`
