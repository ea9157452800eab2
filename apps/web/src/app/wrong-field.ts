import { RpcError } from '@parley/client'

/** Whether the server named this field when it refused what a form says. */
export const isWrongField = (error: unknown, field: string): boolean =>
  error instanceof RpcError && (error.errors?.some(({ path }) => path === field) ?? false)
