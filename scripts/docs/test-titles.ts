import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFiles } from '../check/project-files.ts'
import { blocks } from './markdown.ts'

/** A test whose title begins with the numbers of what it shows: `T06: …`, `S0, S2: …`. */
export interface NumberedTest {
  numbers: readonly string[]
  title: string
  file: string
}

export function numberedTests(root: string): NumberedTest[] {
  return projectFiles(root, ['{packages,apps}/*/{src,test}/**/*.test.ts', 'tests/**/*.test.ts']).flatMap(
    (file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(numbered)].map(
        ([, , numbers = '', title = '']) => ({
          numbers: numbers.split(', '),
          // What a table of cases fills in stands for itself.
          title: title.replaceAll(/%[sifdjo]|\$\w+/g, '…'),
          file,
        }),
      ),
  )
}

/** A test under one of its numbers. */
export interface RowTest {
  row: string
  title: string
  file: string
}

export const testsByRow = (root: string): RowTest[] =>
  numberedTests(root)
    .flatMap(({ numbers, title, file }) => numbers.map((row) => ({ row, title, file })))
    .toSorted((a, b) => (a.row === b.row ? 0 : a.row < b.row ? -1 : 1))

/** One row of a page: what it is about, what is said of it, what is missing, and the tests that carry its number. */
export interface RowEntry {
  row: string
  about: string
  says: string
  missing?: string | undefined
  /** Why no test carries the number; said only as long as that is so. */
  untested?: string | undefined
}

export function rowEntry(
  { row, about, says, missing, untested }: RowEntry,
  tests: readonly RowTest[],
): string {
  const own = tests.filter((test) => test.row === row)
  if (own.length === 0 && untested === undefined) throw new Error(`${row} has neither a test nor a reason`)
  const gaps = [missing, own.length === 0 ? untested : undefined].filter((gap) => gap !== undefined)
  return blocks(
    `### ${row}: ${about}`,
    [`${says}.`, ...gaps.map((gap) => `_Missing: ${gap}._`)].join(' '),
    own.map(({ title, file }) => `- [${title}](../${file})`).join('\n'),
  )
}

const numbered = /(['"`])((?:[TF]\d\d|S\d)(?:, (?:[TF]\d\d|S\d))*): (.+?)\1/g
