import { listKeys } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

export function listKeysHandler({ keyring }: Deps): Handler {
  return handle(listKeys, () => Promise.resolve({ keys: keyring.publicKeys() }))
}
