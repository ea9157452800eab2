import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { linkFaults } from '../check/links.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-links-'))
  writeFileSync(join(root, 'there.md'), '# A `heading`, with signs\n')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function faultsOf(text: string): string[] {
  writeFileSync(join(root, 'page.md'), text)
  return linkFaults(root)
}

test('links to files, headings and other sites are accepted', () => {
  const text =
    '[a](there.md) [b](there.md#a-heading-with-signs) [c](#here) [d](https://example.org)\n\n## Here\n'
  expect(faultsOf(text)).toEqual([])
})

test('a link to a file or heading that is not there is named with its line', () => {
  expect(faultsOf('\n[a](gone.md)\n[b](there.md#gone)\n')).toEqual([
    'page.md:2: gone.md: there is no such file',
    'page.md:3: there.md#gone: there is no such heading',
  ])
})

test('a link that leaves the project is refused', () => {
  expect(faultsOf('[a](../x.md)')).toEqual(['page.md:1: ../x.md: leaves the project'])
})

test('what looks like a link in a code block is none', () => {
  expect(faultsOf('```\n[a](gone.md)\n```\n')).toEqual([])
})
