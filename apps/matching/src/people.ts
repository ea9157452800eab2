import { listCards, type Card, type Caller } from '@parley/protocol'
import { RpcError, type Bus } from '@parley/service-kit'
import { ask, type Asking } from './ask.ts'

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

/** The card of the one whom a choice is about; undefined when there is no such person. Oneself is refused. */
export async function findOther(
  bus: Bus,
  user_id: number,
  asking: Asking & { caller: Caller },
): Promise<Card | undefined> {
  if (user_id === asking.caller.user_id) {
    throw new RpcError('invalid', { errors: [{ path: 'user_id', message: 'must be another person' }] })
  }
  return (await findCards(bus, [user_id], asking)).get(user_id)
}
