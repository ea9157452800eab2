import { randomUUID } from 'node:crypto'

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

export const newTraceId = (): string => randomUUID().replaceAll('-', '')

/** The trace that a W3C `traceparent` header continues, else a new one. */
export function traceIdOf(header: string | string[] | undefined): string {
  const found = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined
  return found ?? newTraceId()
}
