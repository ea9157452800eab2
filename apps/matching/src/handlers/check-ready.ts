import { checkMatching } from '@parley/protocol'
import { handle, missingParts, type Check } from '@parley/service-kit'

export function checkReadyHandler(checks: Record<string, Check>) {
  return handle(checkMatching, async () => ({ missing: await missingParts(checks) }))
}
