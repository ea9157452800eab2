import { checkAuth } from '@parley/protocol'
import { handle, missingParts, type Check, type Handler } from '@parley/service-kit'

/** The same answer as `/readyz`. */
export function checkReadyHandler(checks: Record<string, Check>): Handler {
  return handle(checkAuth, async () => ({ missing: await missingParts(checks) }))
}
