import { existsSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import type { StackConfig } from './config.ts'
import { debianHas, unpackFromDebian, type DebianProgram } from './debian.ts'
import { run } from './process/run.ts'

export interface WantedProgram extends DebianProgram {
  /** Arguments by which it tells its version. */
  version: string[]
  isRecent: (output: string) => boolean
  /** What is said where it cannot be had. */
  advice: string
}

/** The path of a program: one on PATH that is recent enough, else Debian's package (unpacked, not installed, kept in the cache). */
export async function findProgram(
  { cacheDir, path }: Pick<StackConfig, 'cacheDir' | 'path'>,
  program: WantedProgram,
): Promise<string> {
  const installed = path.split(delimiter).map((dir) => join(dir, basename(program.path)))
  for (const file of installed.filter((candidate) => existsSync(candidate))) {
    const { output } = await run(file, program.version)
    if (program.isRecent(output)) return file
  }
  if (await debianHas()) return unpackFromDebian(program, cacheDir)
  throw new Error(program.advice)
}
