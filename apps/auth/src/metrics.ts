import { Counter, Gauge, type Metrics } from '@parley/service-kit'

export interface AuthMetrics {
  countLogIn(result: 'ok' | 'refused'): void
  countReuse(): void
  countLimited(what: 'log_in' | 'register'): void
  setHashDepth(depth: number): void
}

export function createAuthMetrics({ registry }: Metrics): AuthMetrics {
  const registers = [registry]
  const logIns = new Counter({
    name: 'auth_logins_total',
    help: 'Log-ins by result',
    labelNames: ['result'],
    registers,
  })
  const reuses = new Counter({
    name: 'auth_refresh_reuse_total',
    help: 'Sessions ended because a used refresh token came again',
    registers,
  })
  const limited = new Counter({
    name: 'ratelimit_rejections_total',
    help: 'Requests refused by a limit',
    labelNames: ['rule'],
    registers,
  })
  const depth = new Gauge({
    name: 'hash_queue_depth',
    help: 'Passwords that are hashed or wait for it',
    registers,
  })
  return {
    countLogIn: (result) => logIns.labels(result).inc(),
    countReuse: () => reuses.inc(),
    countLimited: (what) => limited.labels(what).inc(),
    setHashDepth: (value) => depth.set(value),
  }
}
