import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFiles } from '../check/project-files.ts'
import { blocks, generatedNote, table } from './markdown.ts'
import { threats, type Threat } from './threats.ts'

interface NumberedTest {
  row: string
  title: string
  file: string
}

/** Each threat with the tests that carry its number. */
export function securityPage(root: string): string {
  const tests = numberedTests(root)
  const known = new Set(threats.map(({ row }) => row))
  const others = tests.filter(({ row }) => !known.has(row))
  return (
    blocks(
      generatedNote('scripts/docs/threats.ts and the titles of the tests'),
      '# Security',
      'What Parley defends against, and which tests show it. A test belongs to a row when its title begins with the row’s number. What is missing is said in the row.',
      '## Handshake, tokens, access and input',
      ...threats.map((threat) => threatEntry(threat, tests)),
      others.length > 0 ? blocks('## Other rows with a test', testTable(others)) : '',
    ) + '\n'
  )
}

function threatEntry(
  { row, threat, answer, missing, untested }: Threat,
  tests: readonly NumberedTest[],
): string {
  const own = tests.filter((test) => test.row === row)
  if (own.length === 0 && untested === undefined) throw new Error(`${row} has neither a test nor a reason`)
  const gaps = [missing, own.length === 0 ? untested : undefined].filter((gap) => gap !== undefined)
  return blocks(
    `### ${row}: ${threat}`,
    [`${answer}.`, ...gaps.map((gap) => `_Missing: ${gap}._`)].join(' '),
    own.map(({ title, file }) => `- [${title}](../${file})`).join('\n'),
  )
}

const testTable = (tests: readonly NumberedTest[]): string =>
  table(
    ['row', 'test'],
    tests.map(({ row, title, file }) => [row, `[${title}](../${file})`]),
  )

function numberedTests(root: string): NumberedTest[] {
  return projectFiles(root, ['{packages,apps}/*/{src,test}/**/*.test.ts', 'tests/**/*.test.ts'])
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(['"`])([TF]\d\d): (.+?)\1/g)].map(
        // What a table of cases fills in stands for itself.
        ([, , row = '', title = '']) => ({ row, title: title.replaceAll(/%[sifdjo]|\$\w+/g, '…'), file }),
      ),
    )
    .toSorted((a, b) => (a.row === b.row ? 0 : a.row < b.row ? -1 : 1))
}
