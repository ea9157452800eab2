import { limits, listConversations } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { listMemberships, type ListPosition } from '../store/conversations.ts'
import { viewMemberships } from './view-memberships.ts'

export function listConversationsHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listConversations, async ({ limit = limits.page.default, cursor }, { caller }) => {
    const after = cursor === undefined ? undefined : decode(cursor)
    const rows = await listMemberships(db, caller.user_id, { limit: limit + 1, after })
    const memberships = rows.slice(0, limit)
    const last = rows.length > limit ? memberships.at(-1)?.conversation : undefined
    return {
      items: await viewMemberships(db, memberships),
      next_cursor: last ? encode({ updated_at: last.updated_at.toISOString(), id: last.id }) : null,
    }
  })
}

const Position = z.tuple([z.iso.datetime(), z.int()])

const encode = ({ updated_at, id }: ListPosition): string =>
  Buffer.from(JSON.stringify([updated_at, id])).toString('base64url')

function decode(cursor: string): ListPosition {
  try {
    const [updated_at, id] = Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { updated_at, id }
  } catch (cause) {
    throw new RpcError('invalid', {
      cause,
      errors: [{ path: 'cursor', message: 'is not a next_cursor of this list' }],
    })
  }
}
