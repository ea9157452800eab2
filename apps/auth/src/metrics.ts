import { Counter, Gauge, type Metrics } from '@parley/service-kit'

export type Limited = 'log_in' | 'register' | 'exchange'

export interface AuthMetrics {
  countLogIn(result: 'ok' | 'refused'): void
  countExchange(result: 'ok' | 'refused'): void
  countKeyFetch(result: 'ok' | 'failed'): void
  countRegistration(): void
  countReuse(): void
  countLimited(what: Limited): void
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
  const registrations = new Counter({
    name: 'auth_registrations_total',
    help: 'Accounts that people made, by themselves or at a first log-in through an outside issuer',
    registers,
  })
  const exchanges = new Counter({
    name: 'auth_exchanges_total',
    help: 'Tokens of outside issuers by result, over HTTP and on sockets',
    labelNames: ['result'],
    registers,
  })
  const keyFetches = new Counter({
    name: 'auth_issuer_key_fetches_total',
    help: "Times that an outside issuer's keys were fetched, by result",
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
    countExchange: (result) => exchanges.labels(result).inc(),
    countKeyFetch: (result) => keyFetches.labels(result).inc(),
    countRegistration: () => registrations.inc(),
    countReuse: () => reuses.inc(),
    countLimited: (what) => limited.labels(what).inc(),
    setHashDepth: (value) => depth.set(value),
  }
}
