import { chmod, lchown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../process/run.ts'
import type { PostgresBinaries } from './binaries.ts'
import type { RunAs } from './run-as.ts'

/** Makes `dir` a data directory that `as` may use, on disk where it is to be `durable`; an existing one keeps its data. */
export async function prepareDataDir(
  { dataDir: dir, durable }: { dataDir: string; durable: boolean },
  as: RunAs,
  { initdb }: PostgresBinaries,
): Promise<void> {
  if (existsSync(join(dir, 'PG_VERSION'))) return own(dir, as)

  // initdb works beside the final place, so that one which was interrupted leaves nothing that looks complete.
  const unfinished = join(dirname(dir), `.${process.pid}.initdb`)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await own(unfinished, as)
  const [file = '', ...args] = [
    ...as.prefix,
    initdb,
    ...INITDB_OPTIONS,
    ...(durable ? [] : ['--no-sync']),
    '-D',
    unfinished,
  ]
  const result = await run(file, args, { ...as.ids, cwd: '/', env: { LC_ALL: 'C' } })
  if (!result.ok) {
    await rm(unfinished, { recursive: true, force: true })
    throw new Error(`initdb failed in ${unfinished}: ${faultOf(result.output)}`)
  }
  await rm(dir, { recursive: true, force: true })
  await rename(unfinished, dir)
}

// The built-in locale sorts and folds alike on every operating system.
const INITDB_OPTIONS = [
  ...['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'],
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
]

/** Root may have run as somebody else before; PostgreSQL insists on owning its directory. */
async function own(dir: string, { ids }: RunAs): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = ids ?? { uid: 0, gid: 0 }
  if ((await stat(dir)).uid === uid) return
  for (const name of await readdir(dir, { recursive: true })) await lchown(join(dir, name), uid, gid)
  await lchown(dir, uid, gid)
  await chmod(dir, 0o700)
}

/** The line of initdb's output that tells what is wrong. */
function faultOf(output: string): string {
  const lines = output.trim().split('\n')
  return lines.find((line) => line.includes('error:')) ?? lines.at(-1) ?? ''
}
