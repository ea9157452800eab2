import { setTimeout as delay } from 'node:timers/promises'
import { run } from '../process/run.ts'
import { migrationEnv, type Backends } from './service-spec.ts'
import type { ServicePlan } from './services.ts'
import type { LauncherSettings } from './settings.ts'

/** Runs what services rely on and may not make themselves, before the first of them starts. */
export async function runMigrations(
  plans: readonly ServicePlan[],
  { settings, backends, signal }: { settings: LauncherSettings; backends: Backends; signal: AbortSignal },
): Promise<void> {
  await Promise.all(
    plans.map(async ({ name, app, migration }) => {
      if (!migration) return
      const env = migrationEnv(app, settings, backends)
      const { ok, output } = await run(process.execPath, [migration], { env, signal })
      signal.throwIfAborted()
      if (!ok) throw new Error(`${name} cannot be migrated: ${output}`)
    }),
  )
}

const AGAIN_MS = 1_000

/** Tries again until it has worked, or the system stops. */
export async function untilDone(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await work()
    } catch {
      // What it needs is not up yet, and its own end is reported where it is supervised.
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
