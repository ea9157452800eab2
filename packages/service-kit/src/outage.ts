// SQLSTATE classes that say "the database cannot serve now": connection, resources, operator, timeouts, and a standby
// that cannot write yet.
const outageStates = /^(08|53|57|58|25006|25P03|55P03)/
const outageCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
// node-postgres gives these no code (8.23).
const outageMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/

/** Whether an error says that Postgres or a network peer cannot be reached now, so that a retry may succeed. */
export function isOutage(err: unknown): boolean {
  if (!(err instanceof Error)) return false
  const { code } = err as { code?: unknown }
  if (typeof code === 'string' && (outageCodes.has(code) || outageStates.test(code))) return true
  if (err instanceof AggregateError) return err.errors.some(isOutage)
  return outageMessages.test(err.message) || (err.cause !== undefined && isOutage(err.cause))
}
