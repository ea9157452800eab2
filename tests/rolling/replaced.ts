import type { System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'

export const PATIENCE = { timeoutMs: 90_000, intervalMs: 100 }

/** Ends a process in an orderly way, and waits for the one in its place: only then may the next one go. */
export async function replaced(system: System, name: string): Promise<void> {
  const { restarts } = await processOf(system, name)
  await system.kill(name, 'SIGTERM')
  const readyz = await eventually(async () => {
    const next = await processOf(system, name)
    if (next.restarts === restarts) throw new Error(`${name} has not ended yet`)
    return `http://127.0.0.1:${next.probe_port}/readyz`
  }, PATIENCE)
  // What the gateways say may come from others alone, so each is asked itself.
  for (const url of [readyz, ...system.gateways.map((gateway) => `${gateway}/healthz`)])
    await eventually(() => isReady(url), PATIENCE)
}

async function isReady(url: string): Promise<void> {
  const { status } = await fetch(url)
  if (status !== 200) throw new Error(`${url} answers ${status}`)
}

async function processOf(system: System, name: string) {
  const found = (await system.state()).processes.find((one) => one.name === name)
  if (!found) throw new Error(`there is no process ${name}`)
  return found
}
