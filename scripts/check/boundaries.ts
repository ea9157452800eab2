import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './command.ts'
import { projectFiles } from './project-files.ts'

interface Cruise {
  summary: {
    violations: { from: string; to: string; rule: { name: string } }[]
  }
  modules: { source: string }[]
}

const FOLDERS = ['packages', 'apps', 'tests', 'bench', 'examples', 'scripts']

/**
 * Imports against `.dependency-cruiser.cjs`. A cruiser that cannot read TypeScript reports no fault, so every source file
 * must be among the modules that it read.
 */
export async function boundaryFaults(root: string): Promise<string[]> {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)))
  const { output } = await runTool(root, 'depcruise', [
    ...['--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    ...folders,
  ])
  const { summary, modules } = parse(output)
  const files = projectFiles(
    root,
    folders.map((folder) => `${folder}/**/*.{ts,tsx}`),
  )
  return [
    ...summary.violations.map(({ from, to, rule }) => `${from} → ${to}: ${rule.name}`),
    ...unreadFaults(files, new Set(modules.map(({ source }) => source))),
  ]
}

export function unreadFaults(files: readonly string[], read: ReadonlySet<string>): string[] {
  return files
    .filter((file) => !read.has(file))
    .map((file) => `${file}: was not read, so its imports are not checked`)
}

function parse(output: string): Cruise {
  try {
    return JSON.parse(output) as Cruise
  } catch (err) {
    throw new Error(`dependency-cruiser did not answer with JSON:\n${output}`, { cause: err })
  }
}
