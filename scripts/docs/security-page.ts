import { blocks, generatedNote, table } from './markdown.ts'
import { networkThreats } from './network-threats.ts'
import { operationsThreats } from './operations-threats.ts'
import { rowEntry, testsByRow, type RowTest } from './test-titles.ts'
import { threats, type Threat } from './threats.ts'

/** Each threat with the tests that carry its number. */
export function securityPage(root: string): string {
  // The other letters have pages of their own.
  const tests = testsByRow(root).filter(({ row }) => row.startsWith('T'))
  const known = new Set([...threats, ...networkThreats, ...operationsThreats].map(({ row }) => row))
  const others = tests.filter(({ row }) => !known.has(row))
  const entry = ({ row, threat, answer, ...gaps }: Threat): string =>
    rowEntry({ row, about: threat, says: answer, ...gaps }, tests)
  return (
    blocks(
      generatedNote(
        'scripts/docs/threats.ts, network-threats.ts and operations-threats.ts beside it, and the titles of the tests',
      ),
      '# Security',
      'What Parley defends against, and which tests show it. A test belongs to a row when its title begins with the row’s number. What is missing is said in the row, and has been missing since the first version, 0.1.0.',
      '## Handshake, tokens, access and input',
      ...threats.map(entry),
      '## Frames, sizes, slowness and numbers',
      ...networkThreats.map(entry),
      '## Between the parts of the system',
      ...operationsThreats.map(entry),
      others.length > 0 ? blocks('## Other rows with a test', testTable(others)) : '',
    ) + '\n'
  )
}

const testTable = (tests: readonly RowTest[]): string =>
  table(
    ['row', 'test'],
    tests.map(({ row, title, file }) => [row, `[${title}](../${file})`]),
  )
