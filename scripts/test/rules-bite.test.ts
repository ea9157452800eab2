import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boundaryFaults, unreadFaults } from '../check/boundaries.ts'
import { runTool } from '../check/command.ts'
import { lineFaults } from '../check/source-rules.ts'
import { importFaults, lintFaults, type PlantedFault } from './planted-faults.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

let copy: string
let imports: string[]
let lint: string

/** A copy of the tree that shares what is installed; the links between packages lead into the copy. */
function copyProject(): string {
  const target = mkdtempSync(join(tmpdir(), 'parley-rules-'))
  cpSync(root, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !/^(node_modules|\.git|\.turbo|\.parley)|(^|\/)dist$/.test(relative(root, path)),
  })
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'))
  return target
}

function plant({ file, text, installed }: PlantedFault): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true })
  writeFileSync(join(copy, file), text)
  if (!installed) return
  const [kind = '', name = ''] = file.split('/')
  const link = join(copy, kind, name, 'node_modules', installed.name)
  mkdirSync(dirname(link), { recursive: true })
  if (!existsSync(link)) symlinkSync(join(copy, installed.from), link)
}

beforeAll(async () => {
  copy = copyProject()
  for (const fault of [...importFaults, ...lintFaults]) plant(fault)
  const linted = lintFaults.map(({ file }) => file)
  ;[imports, lint] = await Promise.all([
    boundaryFaults(copy),
    runTool(copy, 'oxlint', ['--format', 'unix', ...linted]).then(({ output }) => output),
  ])
}, 60_000)

afterAll(() => rmSync(copy, { recursive: true, force: true }))

test.each(importFaults)('the import rules refuse $breaks', ({ file, rule }) => {
  expect(
    imports.filter((fault) => fault.startsWith(`${file} → `) && fault.endsWith(`: ${rule}`)),
  ).not.toEqual([])
})

test.each(lintFaults)('the linter refuses $breaks', ({ file, rule }) => {
  expect(lint.split('\n').filter((line) => line.includes(`${file}:`) && line.includes(rule))).not.toEqual([])
})

test('a source file that the cruiser does not read is a fault', () => {
  expect(unreadFaults(['apps/auth/src/a.ts', 'apps/auth/src/b.ts'], new Set(['apps/auth/src/a.ts']))).toEqual(
    [expect.stringContaining('apps/auth/src/b.ts: was not read')],
  )
})

test.each([
  ['a disable without a reason', '// oxlint-disable-next-line no-console'],
  ['a disable of everything', '/* oxlint-disable */'],
  ['a suppressed type error without a reason', '// @ts-expect-error'],
  ['an ignored type error', '// @ts-ignore because of this'],
  ['the wrong import of zod', `import { z } from 'zod'`],
  ['the default import of zod', `import z from 'zod'`],
  ['an import that leaves the package', `import { x } from '../../../x.ts'`],
])('the source rules refuse %s', (_, line) => {
  expect(lineFaults('apps/auth/src/any.ts', `\n${line}\n`)).toEqual([
    expect.stringContaining('apps/auth/src/any.ts:2: '),
  ])
})

test('the source rules accept a disable with its reason, and the right import of zod', () => {
  const right = `// oxlint-disable-next-line no-console -- the terminal is its output\nimport * as z from 'zod'\n`
  expect(lineFaults('apps/auth/src/any.ts', right)).toEqual([])
})
