import { resolve } from 'node:path'

export interface LauncherSettings {
  host: string
  /** The n-th gateway serves on the n-th of these. */
  ports: number[]
  databaseUrl: string | undefined
  natsUrl: string | undefined
  dataDir: string
  drainSeconds: number
  /** The environment that services get besides what is chosen for each. */
  passedOn: NodeJS.ProcessEnv
}

/** A wrong value is refused by the name of its setting. */
export function readLauncherSettings(env: NodeJS.ProcessEnv): LauncherSettings {
  const gateways = wholeNumber(env, 'GATEWAYS', { byDefault: 1, min: 1, max: 64 })
  const port = wholeNumber(env, 'PORT', { byDefault: 8000, min: 1, max: 65_536 - gateways })
  const drainSeconds = wholeNumber(env, 'DRAIN_SECONDS', { byDefault: 20, min: 0, max: 3_600 })
  return {
    host: env['HOST'] || '127.0.0.1',
    ports: Array.from({ length: gateways }, (_, index) => port + index),
    databaseUrl: env['DATABASE_URL'] || undefined,
    natsUrl: env['NATS_URL'] || undefined,
    dataDir: resolve(env['DATA_DIR'] || '.parley'),
    drainSeconds,
    passedOn: env,
  }
}

interface Range {
  byDefault: number
  min: number
  max: number
}

function wholeNumber(env: NodeJS.ProcessEnv, name: string, { byDefault, min, max }: Range): number {
  const text = env[name]
  if (!text) return byDefault
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new Error(`${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`)
}
