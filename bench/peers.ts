// npm run bench -- peers --folder PATH [--variants parley-1g,socketio-1p] [--works w1closed,w2] [--rounds 5] [--rates 1000]
//   [--attempts 3] [--quick] [--keep connects]
// This checkout beside other servers: runs the benchmark of a folder that measures them all with one load generator, the
// same machine and the same minutes. The folder brings `bench.mjs` and `report.mjs`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { keep } from './results.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    variants: { type: 'string', default: 'parley-1g,socketio-1p' },
    works: { type: 'string', default: 'w1closed,w1open,w1burst,w2,w3' },
    rounds: { type: 'string', default: '5' },
    rates: { type: 'string' },
    attempts: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
})
if (!values.folder || !existsSync(join(values.folder, 'bench.mjs')))
  throw new Error(`--folder is ${values.folder ?? 'absent'}: it must hold a bench.mjs`)
const { variants, works, rounds, attempts } = values
const folder = resolve(values.folder)

await using stack = new AsyncDisposableStack()
const temporary = await mkdtemp(join(tmpdir(), 'parley-peers-'))
stack.defer(() => rm(temporary, { recursive: true }))
const out = join(temporary, 'run.jsonl')
await run('bench.mjs', [
  ...['--variants', variants, '--works', works, '--rounds', rounds, '--attempts', attempts, '--out', out],
  ...(values.rates ? ['--rates', values.rates] : []),
  ...(values.quick ? ['--quick'] : []),
])
await keep(
  values.keep ? `peers-${values.keep}` : 'peers',
  (await run('report.mjs', ['--in', out, '--base', variants.split(',')[0] as string])).trim(),
)

/** Runs a script of the folder; gives what it printed. */
async function run(script: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(folder, script), ...args], {
    cwd: folder,
    env: { ...process.env, PARLEY_CHECKOUT: resolve(import.meta.dirname, '..') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk))
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}`)
  return printed
}
