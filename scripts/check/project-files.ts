import { globSync } from 'node:fs'

const FOREIGN = new Set(['node_modules', 'dist', '.git', '.turbo', '.parley', 'coverage'])

/** Files of the project that match, as paths from the root with `/`; what is installed or built is left out. */
export function projectFiles(root: string, patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: root, exclude: (path) => FOREIGN.has(path.split('/').at(-1) ?? '') })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
}
