import { listCards, type Card, type Caller } from '@parley/protocol'
import { RpcError, type Bus } from '@parley/service-kit'
import { ask, type Asking } from './ask.ts'
import type { Deps } from './deps.ts'
import { isBlocked } from './store/blocks.ts'
import { findProfile } from './store/profiles.ts'

/** Cards by user id, of those who exist. */
export async function findCards(
  bus: Bus,
  user_ids: readonly number[],
  asking: Asking,
): Promise<Map<number, Card>> {
  if (user_ids.length === 0) return new Map()
  const { items } = await ask(bus, listCards, { user_ids: [...user_ids] }, asking)
  return new Map(items.map((card) => [card.id, card]))
}

type OnBehalf = Asking & { caller: Caller }

/**
 * The card of the one whom a choice is about; undefined when there is no such person, and likewise across a block.
 * Oneself is refused.
 */
export async function findOther(
  { db, bus }: Pick<Deps, 'db' | 'bus'>,
  user_id: number,
  asking: OnBehalf,
): Promise<Card | undefined> {
  refuseOneself(user_id, asking.caller)
  // Both are asked whatever the first says, so that the time of a refusal does not tell its reason.
  const [cards, blocked] = await Promise.all([
    findCards(bus, [user_id], asking),
    isBlocked(db, { by: asking.caller.user_id, about: user_id }),
  ])
  return blocked ? undefined : cards.get(user_id)
}

/** Somebody whom a person may block or report. */
export interface Known {
  /** Null when they have left. */
  card: Card | null
  bio: string | null
}

/**
 * Somebody who ever registered; undefined when nobody of this id did. Oneself is refused. Who has left is known still, so
 * that they cannot be told from somebody who blocks the caller.
 */
export async function findKnown(
  { db, bus }: Pick<Deps, 'db' | 'bus'>,
  user_id: number,
  asking: OnBehalf,
): Promise<Known | undefined> {
  refuseOneself(user_id, asking.caller)
  const [cards, profile] = await Promise.all([findCards(bus, [user_id], asking), findProfile(db, user_id)])
  const card = cards.get(user_id) ?? null
  return card || profile ? { card, bio: profile?.bio ?? null } : undefined
}

function refuseOneself(user_id: number, caller: Caller): void {
  if (user_id === caller.user_id) {
    throw new RpcError('invalid', { errors: [{ path: 'user_id', message: 'must be another person' }] })
  }
}
