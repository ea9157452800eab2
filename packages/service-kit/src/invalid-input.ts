import type { FieldError } from '@parley/protocol'
import type * as z from 'zod'
import { RpcError } from './rpc-error.ts'

const MOST_ERRORS = 20

/** `invalid`, naming each wrong field once, by its first fault. */
export function invalidInput(error: z.ZodError): RpcError {
  const faults = new Map<string, FieldError>()
  for (const issue of error.issues) {
    const path = issue.path.join('.')
    if (faults.size < MOST_ERRORS && !faults.has(path)) faults.set(path, { path, message: issue.message })
  }
  return new RpcError('invalid', { errors: [...faults.values()] })
}
