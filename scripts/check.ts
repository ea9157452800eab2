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
  command(root, 'format', ['prettier', '--check', '--log-level=warn', '.']),
  command(root, 'lint', ['oxlint', '--format', 'unix']),
  faults('source rules', () => sourceFaults(root)),
  faults('function sizes', () => functionFaults(root)),
  faults('import directions', () => boundaryFaults(root)),
  command(root, 'dead code', ['knip', '--no-progress']),
  command(root, 'manifests', ['sherif']),
  faults('lockfile', () => lockfileFaults(root)),
  faults('links', () => linkFaults(root)),
  command(root, 'generated files', script('scripts/generate.ts')),
  command(root, 'types', ['turbo', 'run', 'typecheck', '--continue', '--output-logs=errors-only']),
  command(root, 'unit tests', ['vitest', 'run', '--project', 'unit']),
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

const failed: string[] = []
for (const step of steps) if (!(await runStep(step))) failed.push(step.name)
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
