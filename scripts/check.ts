/** The one command of a contributor and of CI. One line a step; ends with the list of what failed. */
import { fileURLToPath } from 'node:url'
import { boundaryFaults } from './check/boundaries.ts'
import { command, type Step } from './check/command.ts'
import { functionFaults } from './check/function-sizes.ts'
import { linkFaults } from './check/links.ts'
import { lockfileFaults } from './check/lockfile.ts'
import { sourceFaults } from './check/source-rules.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const faults = (name: string, find: () => string[] | Promise<string[]>): Step => ({
  name,
  run: async () => (await find()).join('\n'),
})
const script = (file: string) => ['node', '--conditions=@parley/source', file, '--check']

const steps: readonly Step[] = [
  command(root, 'types', ['turbo', 'run', 'typecheck', '--continue', '--output-logs=errors-only']),
  command(root, 'unit tests', ['vitest', 'run', '--project', 'unit', '--reporter', 'dot']),
  command(root, 'format', ['prettier', '--check', '--cache', '--log-level=warn', '.']),
  command(root, 'lint', ['oxlint', '--format', 'unix']),
  command(root, 'generated files', script('scripts/generate.ts')),
  command(root, 'reference documents', ['node', '--conditions=@parley/source', 'scripts/lint-reference.ts']),
  command(root, 'dead code', ['knip', '--no-progress']),
  faults('import directions', () => boundaryFaults(root)),
  faults('function sizes', () => functionFaults(root)),
  faults('source rules', () => sourceFaults(root)),
  faults('links', () => linkFaults(root)),
  faults('lockfile', () => lockfileFaults(root)),
  command(root, 'manifests', ['sherif']),
]

/** A step that throws has failed: its error is its fault. */
async function runStep({ name, run }: Step): Promise<boolean> {
  const started = performance.now()
  const fault = await run().catch((err: unknown) =>
    err instanceof Error ? (err.stack ?? err.message) : String(err),
  )
  const seconds = ((performance.now() - started) / 1_000).toFixed(1).padStart(5)
  console.log(`${fault ? 'FAILED' : '    ok'} ${seconds} s  ${name}`)
  if (fault) console.log(fault.replaceAll(/^/gm, '    '))
  return !fault
}

/** Two steps at a time; the long ones first, so that no core waits for the last. */
async function runSteps(waiting: Step[], failed: string[]): Promise<void> {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    if (!(await runStep(step))) failed.push(step.name)
  }
}

const failed: string[] = []
const waiting = [...steps]
await Promise.all([runSteps(waiting, failed), runSteps(waiting, failed)])
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
