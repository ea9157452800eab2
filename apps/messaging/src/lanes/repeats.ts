import type { Kysely } from 'kysely'
import { listSent, type SentKey } from '../store/messages.ts'
import type { Tables } from '../store/tables.ts'
import { messageView } from '../views.ts'
import type { Waiting } from './operation.ts'

/** Sends that were sent before, by what they repeat. */
export type Repeats = Map<Waiting, SentKey>

/** Repeats answer with the first message as it is stored, once the batch that may hold it is committed. */
export async function answerRepeats(db: Kysely<Tables>, repeats: Repeats): Promise<Map<Waiting, unknown>> {
  if (repeats.size === 0) return new Map()
  const rows = await listSent(db, [...repeats.values()])
  return new Map(
    [...repeats].map(([operation, { conversation_id, sender_id, client_id }]) => {
      const first = rows.find(
        (row) =>
          row.conversation_id === conversation_id &&
          row.sender_id === sender_id &&
          row.client_id === client_id.toLowerCase(),
      )
      if (!first) throw new Error('a send that is remembered is not stored')
      return [operation, operation.once?.repeated(messageView(first))]
    }),
  )
}

/** Which of these sends are stored already. */
export async function findStored(db: Kysely<Tables>, sent: readonly SentKey[]): Promise<SentKey[]> {
  const rows = sent.length > 0 ? await listSent(db, sent) : []
  return rows.flatMap(({ conversation_id, sender_id, client_id }) =>
    client_id === null ? [] : [{ conversation_id, sender_id, client_id }],
  )
}
