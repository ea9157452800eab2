import { report, shardOf } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import { copyEvidence } from '../evidence.ts'
import { findKnown } from '../people.ts'
import { findReport, findReportTime, insertReport, lockReporter, type NewReport } from '../store/reports.ts'
import type { Tables } from '../store/tables.ts'

const DAY_MS = 86_400_000
const MOST_TRIES = 5

/** A block keeps nobody from reporting: it would be a way out for those who deserve it. */
export function reportHandler({ db, bus, counts, now, newId }: Omit<Deps, 'relay'>, reportsPerDay: number) {
  return handle(report, async (input, context) => {
    const { user_id, reason, detail = null, message_id = null, client_id = null } = input
    const reporter_id = context.caller.user_id
    const first = client_id && (await findReport(db, { reporter_id, client_id }))
    if (first) return { id: first, duplicate: true }

    const known = await findKnown({ db, bus }, user_id, context)
    if (!known) throw context.fail('user_not_found')
    const { conversation_id, messages } = await copyEvidence(bus, input, context)

    const said = { reporter_id, reported_id: user_id, reason, detail, message_id, conversation_id, client_id }
    const copied = { card: known.card, bio: known.bio, messages: JSON.stringify(messages) }
    const row = { ...said, ...copied, created_at: now() }
    const reported = await db.transaction().execute((tx) => reportOnce(tx, row, { reportsPerDay, newId }))
    if (!reported.duplicate) counts.reports++
    return reported
  })
}

async function reportOnce(
  tx: Kysely<Tables>,
  row: Omit<NewReport, 'id'>,
  { reportsPerDay, newId }: Pick<Deps, 'newId'> & { reportsPerDay: number },
) {
  const { reporter_id, client_id, created_at } = row
  await lockReporter(tx, reporter_id)
  const first = client_id && (await findReport(tx, { reporter_id, client_id }))
  if (first) return { id: first, duplicate: true }

  const dayAgo = new Date(created_at.getTime() - DAY_MS)
  const filled = await findReportTime(tx, { reporter_id, since: dayAgo, count: reportsPerDay - 1 })
  if (filled) {
    throw new RpcError('rate_limited', { retry_after_ms: filled.getTime() - dayAgo.getTime() })
  }
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const id = newId(shardOf(reporter_id))
    if (await insertReport(tx, { ...row, id })) return { id, duplicate: false }
  }
  throw new Error('no free id for a report')
}
