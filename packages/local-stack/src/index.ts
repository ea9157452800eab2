export { type NatsOptions, type RunningNats, startNats } from './nats.ts'
export { type PostgresOptions, startPostgres } from './postgres.ts'
export { freePort } from './process/free-port.ts'
export type { RunningServer } from './running-server.ts'
