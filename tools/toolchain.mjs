// Plain JavaScript without dependencies, for any Node from 16 on: it runs before anything is installed.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const NEEDED_NODE = 24
const FILES = ['package.json', 'package-lock.json']

/**
 * Installs the pinned pnpm, and Node where the running one is too old, once per lockfile and outside the checkout.
 * Gives the directories to put first on PATH.
 */
export async function installToolchain(source, run) {
  const oldNode = Number.parseInt(process.versions.node, 10) < NEEDED_NODE
  const dir = join(
    cacheDir(),
    `toolchain-${lockHash(source)}-${process.platform}-${process.arch}${oldNode ? '' : '-pnpm'}`,
  )
  if (!existsSync(dir)) {
    console.log(
      `Installing pnpm${oldNode ? ` and Node ${NEEDED_NODE} (this is ${process.version})` : ''} into ${dir}`,
    )
    await install(source, dir, { oldNode, run })
  }
  const bin = join(dir, 'node_modules', '.bin')
  if (!oldNode) return [bin, dirname(process.execPath)]
  if (existsSync(join(bin, 'node'))) return [bin]
  throw new Error(
    `Node ${NEEDED_NODE} or newer is needed, and npm has no build for ${process.platform}-${process.arch}: install it and run again`,
  )
}

async function install(source, dir, { oldNode, run }) {
  mkdirSync(dirname(dir), { recursive: true })
  const temporary = mkdtempSync(join(dirname(dir), '.toolchain-'))
  try {
    for (const file of FILES) copyFileSync(join(source, file), join(temporary, file))
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    if (!oldNode) options.push('--omit=optional')
    await run(npm(), ['ci', ...options], { cwd: temporary })
    renameSync(temporary, dir)
  } catch (err) {
    rmSync(temporary, { recursive: true, force: true })
    // Another run may have installed the same meanwhile.
    if (!existsSync(dir)) throw err
  }
}

function lockHash(source) {
  return createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
    .slice(0, 12)
}

function cacheDir() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'parley')
}

function npm() {
  const beside = join(dirname(process.execPath), 'npm')
  return existsSync(beside) ? beside : 'npm'
}
