import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readStackConfig } from '@parley/local-stack'

export interface Build {
  /** What it is, in words. */
  name: string
  root: string
  /** What Node runs in the folder of an app. */
  main: string[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = ['dist/main.js']
const source = ['--conditions=@parley/source', 'src/main.ts']

/**
 * The last release, in a folder of the cache. A clone that has no tag of a release, or is the release itself, has none
 * before it: then it is this build.
 */
export function previousBuild(): Build {
  const tag = git('tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname').split('\n')[0] ?? ''
  if (!tag) return { name: 'this build itself, since this clone has no tag of a release', root, main: built }
  const commit = git('rev-parse', `${tag}^{commit}`)
  if (commit === git('rev-parse', 'HEAD'))
    return { name: `this build itself, which is ${tag}`, root, main: built }
  return { name: tag, root: checkedOut(commit), main: source }
}

/** The sources of messaging at a commit, with what they need to run as they are: to compile them would take minutes. */
function checkedOut(commit: string): string {
  const folder = join(readStackConfig().cacheDir, 'releases', commit)
  const mark = join(folder, '.installed')
  if (existsSync(mark)) return folder
  mkdirSync(folder, { recursive: true })
  execFileSync('tar', ['-x', '-C', folder], {
    input: execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 }),
  })
  const wanted = ['--prod', '--ignore-scripts', '--filter', '@parley/messaging...']
  // What this build was installed from holds nearly all of it.
  execFileSync('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', ...wanted], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  writeFileSync(mark, '')
  return folder
}

/** Empty where this is no repository of git. */
function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}
