import { listCards, type Card } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { findCards, saveMissingCards } from './store/cards.ts'
import type { Tables } from './store/tables.ts'

const ASK_TIMEOUT_MS = 2_000

/** Messaging's copies of people's cards. Auth owns them and tells each change; a missing one is asked for once. */
export interface Cards {
  /** The cards of the people that exist; they are in messaging's store then. `deadline` is that of the request. */
  find(userIds: readonly number[], deadline?: number): Promise<Map<number, Card>>
}

export function createCards(db: Kysely<Tables>, bus: Bus): Cards {
  return {
    find: async (userIds, deadline = Infinity) => {
      const cards = new Map((await findCards(db, userIds)).map((card) => [card.id, card]))
      const missing = userIds.filter((id) => !cards.has(id))
      if (missing.length === 0) return cards
      const { items } = await bus.call(
        listCards,
        { user_ids: missing },
        { timeoutMs: ASK_TIMEOUT_MS, deadline },
      )
      await saveMissingCards(db, items)
      for (const card of items) cards.set(card.id, card)
      return cards
    },
  }
}
