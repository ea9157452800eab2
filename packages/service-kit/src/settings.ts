import * as z from 'zod'
import type { NatsServer } from './connection.ts'

/** A setting as it stands in the environment: text. An empty text counts as absent. */
export type Environment = Record<string, string | undefined>

/** Settings of a service from its environment; one error names every missing or wrong variable. */
export function readSettings<S extends z.ZodObject>(schema: S, environment: Environment): z.output<S> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new Error(`settings are missing or wrong:\n${faults.join('\n')}`)
}

/** The path of a file; empty means none. */
const file = z.string().default('')

/** Settings that every service has. */
export const commonSettings = {
  INSTANCE: z.string().default('').meta({ description: 'Name of this process in logs and metrics' }),
  NATS_URL: z.string().meta({ description: 'Address of NATS, such as nats://127.0.0.1:4222' }),
  NATS_NKEY_FILE: file.meta({
    description: 'File with the nkey seed by which NATS knows this service; read again at every connection',
  }),
  NATS_CA_FILE: file.meta({
    description: 'File with the certificate that vouches for NATS; with it only TLS will do',
  }),
  PROBE_PORT: port(0).meta({ description: 'Port of /livez, /readyz and /metrics; 0 takes a free one' }),
  PROBE_HOST: z.string().default('127.0.0.1').meta({ description: 'Address that the probes listen on' }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'Least level that is logged' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .meta({
      description: 'Address of an OpenTelemetry collector that takes OTLP over HTTP; empty: no traces',
    }),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .meta({ description: 'Part of the requests and frames whose trace is kept' }),
}

/** Of every service that publishes events. */
export const eventSettings = {
  STREAM_REPLICAS: wholeNumber(1, 5).default(1).meta({
    description:
      "NATS servers that keep a copy of this service's events; read where the stream is made: by the service itself, or for one that has a key by `dist/migrate.js`",
  }),
}

export const databaseSettings = {
  DATABASE_URL: z.string().meta({ description: "Postgres of this service's schema" }),
  DATABASE_POOL: wholeNumber(1, 200).default(10).meta({ description: 'Most connections of one process' }),
  MIGRATE_AT_START: z.stringbool().default(true).meta({
    description: 'Migrate the schema at start; else wait until `dist/migrate.js` of this release has done so',
  }),
  ACTIVITY_LOG: z
    .enum(['off', 'on'])
    .default('off')
    .meta({ description: 'Whether it is logged who has changed what, by ids' }),
}

/** Of `dist/migrate.js`, which runs to its end. */
export const migrateSettings = z.object({
  DATABASE_URL: z.string().meta({ description: 'Postgres, as the role that owns the schema' }),
  DATABASE_ROLE: z.string().default('').meta({
    description: 'Role that the service runs as, which is given what it needs; empty where it is the same',
  }),
  NEW_EPOCH: z.stringbool().default(false).meta({
    description:
      'After a restore to an earlier time: clients that have seen more than was restored reload. Before any service starts',
  }),
})

/** The same of a service that publishes events. */
export const migrateEventsSettings = z.object({
  ...migrateSettings.shape,
  NATS_URL: commonSettings.NATS_URL,
  NATS_NKEY_FILE: file.meta({ description: 'File with the nkey seed of the provisioner' }),
  NATS_CA_FILE: commonSettings.NATS_CA_FILE,
  ...eventSettings,
})

/** Of the service that signs access tokens and of those that verify them: the same values for both. */
export const tokenSettings = {
  ACCESS_TOKEN_TTL: wholeNumber(1, 86_400)
    .default(600)
    .meta({ description: 'Seconds that an access token is good for, whatever it says' }),
  TOKEN_ISSUER: z.string().default('parley').meta({ description: '`iss` of access tokens' }),
  TOKEN_AUDIENCE: z.string().default('parley').meta({ description: '`aud` of access tokens' }),
}

/** Of every service that limits by client address. */
export const addressSettings = {
  ADDRESS_LIMIT_FACTOR: z.coerce
    .number()
    .min(0.01)
    .max(1_000_000)
    .default(1)
    .meta({ description: 'Multiplies every limit per client address' }),
}

export function wholeNumber(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max)
}

export function port(byDefault: number) {
  return wholeNumber(0, 65_535).default(byDefault)
}

/** The settings by which a service finds NATS, as `connectBus` takes them. */
export const natsServer = (config: {
  NATS_URL: string
  NATS_NKEY_FILE: string
  NATS_CA_FILE: string
}): NatsServer => ({
  url: config.NATS_URL,
  nkeyFile: config.NATS_NKEY_FILE,
  caFile: config.NATS_CA_FILE,
})
