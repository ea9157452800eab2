import { rm } from 'node:fs/promises'
import { startBackends } from './backends.ts'
import { restoredMark } from './copies.ts'
import { makeDataDir } from './data-dir.ts'
import { leftoversGone } from './leftover.ts'
import { lockDataDir } from './lock.ts'
import { runMigrations, untilDone } from './migrations.ts'
import { assertGatewayPortsFree } from './ports.ts'
import { processTable } from './process-table.ts'
import { gatewayUrl, serviceSpec } from './service-spec.ts'
import type { ServicePlan } from './services.ts'
import { type LauncherSettings, readLauncherSettings } from './settings.ts'
import { readState } from './state-file.ts'
import { type StopRequests, stopRequests } from './stop-requests.ts'

/** Runs a whole system until it is asked to stop; trouble is one line and exit code 1. */
export async function runLauncher(plan: (settings: LauncherSettings) => ServicePlan[]): Promise<never> {
  // Whoever read the output may be gone; the system goes on.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  const stop = stopRequests()
  try {
    const settings = readLauncherSettings(process.env)
    await makeDataDir(settings.dataDir)
    using lock = await lockOrRefuse(settings.dataDir)
    void lock
    await leftoversGone(settings.dataDir)
    await assertGatewayPortsFree(settings)
    await runSystem(settings, plan(settings), stop)
  } catch (err) {
    if (stop.signal.aborted) process.exit(0)
    console.error(`Parley did not start: ${oneLine(err as Error)}`)
    process.exit(1)
  }
  process.exit(0)
}

async function runSystem(
  settings: LauncherSettings,
  plans: ServicePlan[],
  stop: StopRequests,
): Promise<void> {
  const { dataDir, host, ports } = settings
  const { signal } = stop
  let remakeStreams = (): void => undefined
  const onRestart = (name: string): void => {
    // It may have come back with nothing.
    if (name === 'nats') remakeStreams()
  }
  const table = processTable({ dataDir, print, signal, onRestart })
  stop.onImpatience(() => table.kill())
  print(`Starting Parley; data and logs are in ${dataDir}`)
  try {
    const backends = await startBackends(settings, table)
    const migrate = () => runMigrations(plans, { settings, backends, signal })
    await migrate()
    await rm(restoredMark(dataDir), { force: true })
    remakeStreams = () => void untilDone(migrate, signal)
    const specs = await Promise.all(plans.map((one) => serviceSpec(one, settings, backends)))
    const isGateway = (index: number) => plans[index]?.gatewayPort !== undefined
    await Promise.all([
      table.start(
        'services',
        specs.filter((_, index) => !isGateway(index)),
      ),
      table.start(
        'gateways',
        specs.filter((_, index) => isGateway(index)),
      ),
    ])
    print(`Parley is open at ${ports.map((port) => gatewayUrl(host, port)).join(' ')}`)
    process.send?.('ready')
    await stop.asked
  } finally {
    print('Stopping Parley')
    await table.stop()
    print('Stopped')
  }
}

async function lockOrRefuse(dataDir: string): Promise<Disposable> {
  const lock = lockDataDir(dataDir)
  if (lock) return lock
  const holder = (await readState(dataDir))?.launcher.pid
  throw new Error(
    `${dataDir} is in use${holder ? ` by process ${holder}` : ''}: stop it, or set another DATA_DIR`,
  )
}

const oneLine = ({ message }: Error) => message.trim().replace(/\s*\n\s*/g, '; ')

function print(line: string): void {
  console.log(line)
}
