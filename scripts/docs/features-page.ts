import { community } from './checklists/community.ts'
import type { Checklist, Row } from './checklists/checklist.ts'
import { dating } from './checklists/dating.ts'
import { marketplace } from './checklists/marketplace.ts'
import { school } from './checklists/school.ts'
import { support } from './checklists/support.ts'
import { blocks, generatedNote } from './markdown.ts'
import { numberedTests, type NumberedTest } from './test-titles.ts'

const checklists: readonly Checklist[] = [marketplace, dating, community, school, support]

/** What the five documents of existing clients ask for, each row with the tests that name it. */
export function featuresPage(root: string): string {
  const tests = numberedTests(root)
  return (
    blocks(
      generatedNote('scripts/docs/checklists and the titles of the tests'),
      '# Features of the five clients',
      'What each of the five documents asks for, and which tests show it. A test belongs to a row when its title begins with the document’s number and holds the words of the row. What no test shows has its reason.',
      ...checklists.map((checklist) => section(checklist, tests)),
    ) + '\n'
  )
}

function section({ number, title, parts }: Checklist, tests: readonly NumberedTest[]): string {
  const own = tests.filter(({ numbers }) => numbers.includes(number))
  const rows = Object.values(parts).flat().map(wordsOf)
  const others = own.filter(({ title }) => !rows.some((row) => title.includes(row)))
  return blocks(
    `## ${number}: ${title}`,
    ...Object.entries(parts).map(([part, listed]) =>
      blocks(`### ${number}: ${part}`, listed.map((row) => entry(number, row, own)).join('\n')),
    ),
    others.length > 0
      ? blocks(`### ${number}: further tests`, others.map((test) => `- ${link(test)}`).join('\n'))
      : '',
  )
}

function entry(number: string, row: Row, tests: readonly NumberedTest[]): string {
  const words = wordsOf(row)
  const own = tests.filter(({ title }) => title.includes(words))
  if (own.length > 0) return [`- ${words}`, ...own.map((test) => `  - ${link(test)}`)].join('\n')
  if (typeof row === 'string') throw new Error(`no test names ${number}: ${words}`)
  return `- ${words}. _${row.reason}._`
}

const wordsOf = (row: Row): string => (typeof row === 'string' ? row : row.row)

const link = ({ title, file }: NumberedTest): string => `[${title}](../${file})`
