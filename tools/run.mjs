// Brings the pinned tools and builds, then runs one command of the table below. Needs Node 16 and npm, nothing else.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installToolchain } from './toolchain.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const launcher = join(root, 'packages/local-stack/dist/launcher')

const commands = {
  start: (args) => node(join(launcher, 'main.js'), args),
  dev: (args) => runProgram('pnpm', ['--filter', '@parley/web', 'dev', ...args]),
  test: (args) => tool('vitest', ['run', ...args]),
  admin: (args) => node(join(launcher, 'with-system.js'), [join(root, 'apps/auth/dist/admin.js'), ...args]),
  backup: (args) => node(join(launcher, 'copy.js'), ['backup', ...args]),
  restore: (args) => node(join(launcher, 'copy.js'), ['restore', ...args]),
  capacity: (args) => node(join(root, 'scripts/capacity.ts'), args),
  exec: ([program, ...args]) => runProgram(program, args),
  demo: (args) => node(join(root, 'examples/demo/main.ts'), args),
  seed: (args) => node(join(root, 'examples/seed/main.ts'), args),
  screenshots: (args) => node(join(root, 'tests/screenshots/main.ts'), args),
  bench: ([name = 'send', ...args]) => node(join(root, 'bench', `${name}.ts`), args),
  check: (args) => node(join(root, 'scripts/check.ts'), args),
  generate: (args) =>
    runProgram('node', ['--conditions=@parley/source', join(root, 'scripts/generate.ts'), ...args]),
}
// These work on the sources, and must also run where the tree does not build yet.
const withoutBuild = ['check', 'generate', 'dev', 'capacity']

const [name = 'start', ...rest] = process.argv.slice(2)
const env = childEnvironment()
let child
let stopSignal

class Failed extends Error {
  constructor(code) {
    super(`exit code ${code}`)
    this.code = code
  }
}

/** Resolves when the program has ended well, rejects with its exit code otherwise. */
function runProgram(program, args, { onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    if (stopSignal) throw new Failed(128 + constants.signals[stopSignal])
    child = spawn(program, args, { cwd: root, env, stdio: 'inherit', ...options })
    onStart?.(child)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      child = undefined
      if (code === 0) resolve()
      else reject(new Failed(code ?? 128 + constants.signals[signal]))
    })
  })
}

/** Shows what the program says only when it fails. */
async function quietly(program, args) {
  let output = ''
  const collect = ({ stdout, stderr }) => {
    for (const stream of [stdout, stderr]) stream.on('data', (chunk) => (output += chunk))
  }
  try {
    await runProgram(program, args, { stdio: ['ignore', 'pipe', 'pipe'], onStart: collect })
  } catch (err) {
    console.error(output)
    throw err
  }
}

function tool(program, args) {
  return runProgram(join(root, 'node_modules', '.bin', program), args)
}

/** Over the channel the launcher notices that this process is gone, however it ends. */
function node(script, args) {
  return runProgram('node', [script, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
}

function childEnvironment() {
  const own = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  // What npm says about this script would mislead the tools that it starts.
  for (const key of Object.keys(own))
    if (
      /^npm_(lifecycle|package|command|execpath|node_execpath|config_local_prefix|config_loglevel)/.test(key)
    )
      delete own[key]
  return own
}

function handleSignals() {
  const stop = (signal) => {
    stopSignal = signal
    // A terminal's Ctrl-C reaches the child by itself, since it belongs to the same group.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.kill(signal)
  }
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, stop)
  if (!process.env.npm_lifecycle_event) return
  // npm may be killed without a word to this script.
  const parent = process.ppid
  setInterval(() => process.ppid === parent || stop('SIGTERM'), 500).unref()
}

async function prepare() {
  const path = await installToolchain(join(root, 'tools', 'toolchain'), runProgram)
  env.PATH = [...path, process.env.PATH].join(delimiter)
  const install = [
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=append-only',
    '--loglevel=warn',
  ]
  console.log('Installing and building what has changed')
  await runProgram('pnpm', install)
  if (withoutBuild.includes(name)) return
  await quietly(join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only'])
}

async function main() {
  const command = commands[name]
  if (!command) throw new Error(`there is no command ${name}; there are: ${Object.keys(commands).join(', ')}`)
  if (process.platform === 'win32')
    throw new Error('Parley runs on Linux and macOS, and on Windows inside WSL')
  handleSignals()
  try {
    await prepare()
  } catch (err) {
    if (name === 'test') process.once('exit', () => console.log('0 passed, 1 failed'))
    throw err
  }
  await command(rest)
}

main().catch((err) => {
  if (!(err instanceof Failed)) console.error(err.message)
  process.exitCode = err instanceof Failed ? err.code : 1
})
