import type * as z from 'zod'
import { RpcError } from './rpc-error.ts'

const MOST_ERRORS = 20

/** `invalid`, naming each wrong field once. */
export function invalidInput(error: z.ZodError): RpcError {
  const errors = error.issues
    .slice(0, MOST_ERRORS)
    .map(({ path, message }) => ({ path: path.join('.'), message }))
  return new RpcError('invalid', { errors })
}
