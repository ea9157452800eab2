import * as z from 'zod'

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

/** Settings that every service has. */
export const commonSettings = {
  INSTANCE: z.string().default('').meta({ description: 'Name of this process in logs and metrics' }),
  NATS_URL: z.string().meta({ description: 'Address of NATS, such as nats://127.0.0.1:4222' }),
  PROBE_PORT: port(0).meta({ description: 'Port of /livez, /readyz and /metrics; 0 takes a free one' }),
  PROBE_HOST: z.string().default('127.0.0.1').meta({ description: 'Address that the probes listen on' }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'Least level that is logged' }),
}

export const databaseSettings = {
  DATABASE_URL: z.string().meta({ description: "Postgres of this service's schema" }),
  DATABASE_POOL: wholeNumber(1, 200).default(10).meta({ description: 'Most connections of one process' }),
}

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
