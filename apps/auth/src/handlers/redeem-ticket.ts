import { redeemTicket } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { hashSecret } from '../secrets.ts'
import { consumeTicket } from '../store/tickets.ts'

export function redeemTicketHandler({ db, now, keyring }: Deps): Handler {
  return handle(redeemTicket, async ({ ticket }, { client, fail }) => {
    const at = now()
    const holder = await consumeTicket(
      db,
      { ticket_hash: hashSecret(ticket), origin: client?.origin ?? null },
      at,
    )
    if (!holder) throw fail('ticket_invalid')
    return { ...holder, expires_at: Math.floor(at.getTime() / 1_000) + keyring.accessTokenTtl }
  })
}
