import { updateMe, type Input } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import { nameKeys } from '../domain/search-text.ts'
import { lockAccount, takenField, updateAccount, type Account } from '../store/accounts.ts'
import type { Tables } from '../store/tables.ts'
import { tellChanged } from '../tell-changed.ts'
import { cardView, userView } from './views.ts'

export function updateMeHandler({ db, wakeRelay }: Deps): Handler {
  return handle(updateMe, async (input, { caller, fail }) => {
    const account = await db
      .transaction()
      .execute((tx) => change(tx, caller.user_id, input))
      .catch((err: unknown) => {
        const field = takenField(err)
        throw field === 'email' || field === 'phone' ? fail(`${field}_taken`) : err
      })
    if (!account) throw new RpcError('unauthenticated')
    wakeRelay()
    return userView(account)
  })
}

async function change(
  tx: Kysely<Tables>,
  id: number,
  input: Input<typeof updateMe>,
): Promise<Account | undefined> {
  const before = await lockAccount(tx, id)
  if (!before) return undefined
  const { first_name = before.first_name, last_name = before.last_name } = input
  const { profile_picture = before.profile_picture, email = before.email, phone = before.phone } = input
  const after = await updateAccount(tx, id, {
    first_name,
    last_name,
    ...nameKeys(first_name, last_name),
    profile_picture: profile_picture === '' ? null : profile_picture,
    email,
    phone,
  })
  if (!isSameCard(cardView(after), cardView(before))) await tellChanged(tx, after)
  return after
}

const isSameCard = (a: ReturnType<typeof cardView>, b: ReturnType<typeof cardView>): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
