import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './process/run.ts'
import { cached } from './cache.ts'

const SUITE = 'trixie'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']

/** True on a Debian machine whose package sources name a mirror. */
export async function debianHas(): Promise<boolean> {
  return existsSync(KEYRING) && existsSync('/usr/bin/apt-get') && (await mirror()) !== undefined
}

export interface DebianProgram {
  package: string
  /** Where the package puts the program. */
  path: string
}

/** Unpacks a package of Debian into the cache; apt checks its signature and the system's own apt state is untouched. */
export async function unpackFromDebian(program: DebianProgram, cacheDir: string): Promise<string> {
  const name = `${program.package}-${SUITE}-${process.platform}-${process.arch}`
  try {
    const dir = await cached({ cacheDir, name }, (temporary) => fetchPackage(program.package, temporary))
    return join(dir, program.path)
  } catch (err) {
    const { message } = err as Error
    throw new Error(`${program.package} could not be fetched from Debian: ${message}`, { cause: err })
  }
}

async function fetchPackage(name: string, dir: string): Promise<void> {
  const scratch = join(dir, 'apt')
  await mkdir(join(scratch, 'lists/partial'), { recursive: true })
  await mkdir(join(scratch, 'cache/archives/partial'), { recursive: true })
  const stanza = [
    'Types: deb',
    `URIs: ${await mirror()}`,
    `Suites: ${SUITE}`,
    'Components: main',
    `Signed-By: ${KEYRING}`,
  ]
  await writeFile(join(scratch, 'debian.sources'), `${stanza.join('\n')}\n`)
  await must('apt-get', [...aptOptions(scratch), 'update'], scratch)
  await must('apt-get', [...aptOptions(scratch), 'download', `${name}/${SUITE}`], scratch)
  const archive = (await readdir(scratch)).find((file) => file.endsWith('.deb'))
  if (!archive) throw new Error(`${SUITE} has no package ${name} for ${process.arch}`)
  await must('dpkg-deb', ['-x', join(scratch, archive), dir], scratch)
  await rm(scratch, { recursive: true })
}

function aptOptions(scratch: string): string[] {
  const options = [
    `Dir::Etc::sourcelist=${scratch}/debian.sources`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${scratch}/lists`,
    `Dir::Cache=${scratch}/cache`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
    'Debug::NoLocking=1',
  ]
  return ['-qq', ...options.flatMap((option) => ['-o', option])]
}

async function must(program: string, args: string[], cwd: string): Promise<void> {
  const { ok, output } = await run(program, args, { cwd })
  if (!ok) throw new Error(`${program}: ${output.trimEnd()}`)
}

/** The first package mirror of this machine, in either form of apt's sources. */
async function mirror(): Promise<string | undefined> {
  for (const file of SOURCES) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const uri = /^URIs:\s*(\S*debian\S*)/m.exec(text) ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S*debian\S*)/m.exec(text)
    if (uri?.[1]) return uri[1]
  }
  return undefined
}
