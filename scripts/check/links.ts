import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { projectFiles } from './project-files.ts'

/** Links between pages and to files of the project that lead nowhere, headings included. */
export function linkFaults(root: string): string[] {
  return projectFiles(root, ['**/*.md']).flatMap((page) =>
    relativeLinks(readFileSync(join(root, page), 'utf8')).flatMap(({ target, line }) => {
      const fault = faultOf(root, page, target)
      return fault ? [`${page}:${line}: ${target}: ${fault}`] : []
    }),
  )
}

function relativeLinks(text: string): { target: string; line: number }[] {
  return withoutCode(text)
    .split('\n')
    .flatMap((line, i) =>
      [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ target, line: i + 1 })),
    )
    .filter(({ target }) => !/^[a-z]+:/.test(target))
}

function faultOf(root: string, page: string, target: string): string | undefined {
  const [path = '', heading] = target.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  if (file.startsWith('..')) return 'leaves the project'
  if (!existsSync(join(root, file))) return 'there is no such file'
  if (heading === undefined || !file.endsWith('.md')) return undefined
  return headings(readFileSync(join(root, file), 'utf8')).includes(heading)
    ? undefined
    : 'there is no such heading'
}

/** Anchors as GitHub makes them. */
function headings(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
}

/** Fenced blocks become empty lines: line numbers stay. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, (block) => '\n'.repeat(block.split('\n').length - 1))
}
