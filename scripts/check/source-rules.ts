import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectFiles } from './project-files.ts'

/** What the linter has no rule for, by line. `allow` is what makes a match right. */
interface LineRule {
  match: RegExp
  allow?: RegExp
  files?: RegExp
  says: string
}

const LINE_RULES: readonly LineRule[] = [
  {
    match: /(oxlint|eslint)-disable/,
    allow: /(oxlint|eslint)-disable(-next-line|-line)? \S.* -- \S+ \S+/,
    says: 'a lint disable names its rule and its reason: `-- why`',
  },
  {
    match: /@ts-expect-error/,
    allow: /@ts-expect-error \S+ \S+/,
    says: 'a suppressed type error carries its reason',
  },
  { match: /@ts-(ignore|nocheck)/, says: 'use @ts-expect-error with a reason' },
  {
    match: /from 'zod(\/\w+)*'/,
    allow: /import (type )?\* as z from 'zod'/,
    says: "import * as z from 'zod': the other forms put all of zod in a browser bundle",
  },
  { match: /from '(\.\.\/){3}/, says: 'import by more than ../../ leaves the package: use its name' },
  {
    match: /new Date\(\)/,
    files: /^apps\/[^/]+\/src\/domain\/.*(?<!\.test)\.ts$/,
    says: 'pass the time in, so that a test needs no clock',
  },
]

const VAGUE = /^(utils?|helpers?|common|misc|shared|types-all)\.[cm]?[jt]sx?$/

/** Faults as `file:line: what`, of every source file. */
export function sourceFaults(root: string): string[] {
  return projectFiles(root, ['**/*.{ts,tsx,mjs,cjs}']).flatMap((file) => [
    ...(VAGUE.test(basename(file)) ? [`${file}: the name says nothing about what is in it`] : []),
    ...lineFaults(file, readFileSync(join(root, file), 'utf8')),
  ])
}

export function lineFaults(file: string, text: string): string[] {
  // Their own examples would match.
  if (/^scripts\/(check|test)\/(source-rules|rules-bite|planted-faults)/.test(file)) return []
  const rules = LINE_RULES.filter(({ files }) => !files || files.test(file))
  return text
    .split('\n')
    .flatMap((line, i) =>
      rules
        .filter(({ match, allow }) => match.test(line) && !allow?.test(line))
        .map(({ says }) => `${file}:${i + 1}: ${says}`),
    )
}
