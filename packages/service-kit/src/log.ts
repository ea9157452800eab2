import pino, { type DestinationStream, type Logger } from 'pino'

// Names under which credentials and private texts might be logged by mistake, at the top and two levels down. `detail`
// is Postgres's: it quotes the row that an error is about.
const secret = [
  'authorization',
  'cookie',
  'password',
  'new_password',
  'current_password',
  'token',
  'access_token',
  'refresh_token',
  'ticket',
  'content',
  'email',
  'phone',
  'detail',
]

export interface LogOptions {
  service: string
  instance: string
  level: string
  destination?: DestinationStream
}

/** JSON lines on standard output, UTC, with credentials and message texts redacted. */
export function createLog({ service, instance, level, destination }: LogOptions): Logger {
  const options = {
    level,
    base: { service, ...(instance && { instance }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  }
  return destination ? pino(options, destination) : pino(options)
}

export type { Logger }
