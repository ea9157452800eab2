import { issueTicket } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { hashSecret, newSecret } from '../secrets.ts'
import { insertTicket } from '../store/tickets.ts'

const TICKET_SECONDS = 30

export function issueTicketHandler({ db, now }: Deps): Handler {
  return handle(issueTicket, async (_, { caller, client }) => {
    const ticket = newSecret()
    const at = now()
    const issued = await insertTicket(
      db,
      {
        ticket_hash: hashSecret(ticket),
        session_id: caller.session_id,
        origin: client?.origin ?? null,
        expires_at: new Date(at.getTime() + TICKET_SECONDS * 1_000),
      },
      at,
    )
    if (!issued) throw new RpcError('unauthenticated')
    return { ticket, expires_in: TICKET_SECONDS }
  })
}
