import { createHash, randomUUID } from 'node:crypto'
import { createGroup, openConversation, openDirect, openSupport, type Input } from '@parley/protocol'
import { handle, RpcError, type Context } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { randomId } from '../random-id.ts'

type Asked<K> = Extract<Input<typeof openConversation>, { kind: K }>
type Asking = Context<typeof openConversation>

/** Makes sure of the cards before it queues on the lane, so that no lane waits for another service. */
export function openConversationHandler(deps: Pick<Deps, 'bus' | 'cards'>) {
  return handle(openConversation, (input, context) => {
    if (input.kind === 'direct') return openWith(deps, input, context)
    return input.kind === 'support' ? askSupport(deps, input, context) : makeGroup(deps, input, context)
  })
}

async function askSupport(
  { bus, cards }: Pick<Deps, 'bus' | 'cards'>,
  { subject }: Asked<'support'>,
  context: Asking,
) {
  const { caller, fail, traceId, deadline } = context
  const { user_id } = caller
  const found = await cards.find([user_id], deadline)
  if (!found.has(user_id)) throw fail('user_not_found')
  return bus.call(openSupport, { user_id, subject }, { caller, traceId, deadline })
}

async function openWith(
  { bus, cards }: Pick<Deps, 'bus' | 'cards'>,
  { user_id }: Asked<'direct'>,
  context: Asking,
) {
  const { caller, fail, traceId, deadline } = context
  if (user_id === caller.user_id) {
    throw new RpcError('invalid', { errors: [{ path: 'user_id', message: 'must be another person' }] })
  }
  const found = await cards.find([caller.user_id, user_id], deadline)
  if (!found.has(user_id)) throw fail('user_not_found')
  return bus.call(openDirect, { user_ids: [caller.user_id, user_id] }, { caller, traceId, deadline })
}

async function makeGroup(
  { bus, cards }: Pick<Deps, 'bus' | 'cards'>,
  input: Asked<'group' | 'broadcast'>,
  context: Asking,
) {
  const { caller, fail, traceId, deadline } = context
  const owner_id = caller.user_id
  const user_ids = [...new Set(input.user_ids)].filter((id) => id !== owner_id)
  const found = await cards.find([owner_id, ...user_ids], deadline)
  if (found.size < user_ids.length + 1) throw fail('user_not_found')
  const client_id = input.client_id ?? randomUUID()
  const id = randomId(shardOfClientId(owner_id, client_id))
  const { kind, title, picture = null } = input
  const group = { id, client_id, owner_id, kind, title, picture, user_ids }
  return bus.call(createGroup, group, { caller, traceId, deadline })
}

/** The same for each repeat, so that all of them meet in one lane. */
const shardOfClientId = (owner: number, clientId: string): number =>
  createHash('sha256').update(`${owner}/${clientId.toLowerCase()}`).digest().readUInt8(0)
