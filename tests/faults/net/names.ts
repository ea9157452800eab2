/** The name of who connects to NATS, from what a client says first. */
export const natsClient = (bytes: Buffer): string | undefined =>
  /"name":"([^"]+)"/.exec(bytes.toString('latin1'))?.[1]

/** The name of who connects to Postgres, from its startup message. */
export const postgresClient = (bytes: Buffer): string | undefined =>
  /application_name\0([^\0]+)\0/.exec(bytes.toString('latin1'))?.[1]
