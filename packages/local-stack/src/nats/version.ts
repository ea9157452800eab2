import { run } from '../process/run.ts'

const LEAST = [2, 10]

/** Undefined when `binary` does not run. */
export async function natsVersion(binary: string): Promise<string | undefined> {
  const { output } = await run(binary, ['--version'])
  return /v(\d+\.\d+\.\d+)/.exec(output)?.[1]
}

/** Parley uses what nats-server has had since 2.10. */
export function isRecentEnough(version: string | undefined): boolean {
  if (!version) return false
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = LEAST
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
