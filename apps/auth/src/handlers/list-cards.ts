import { listCards } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listAccounts } from '../store/accounts.ts'
import { cardView } from './views.ts'

export function listCardsHandler({ db }: Deps): Handler {
  return handle(listCards, async ({ user_ids }) => {
    const accounts = await listAccounts(db, user_ids)
    return { items: accounts.map(cardView) }
  })
}
