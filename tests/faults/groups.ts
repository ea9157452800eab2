import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Conversation } from '@parley/protocol'
import { call, fetchOk, type Problem } from '../client/http.ts'
import type { Client } from './client.ts'
import { isRetryable } from './notes.ts'
import type { Random } from './random.ts'

/** Somebody who leaves a group and comes back to it, over and over. */
export interface Wanderer {
  conversation_id: number
  client: Client
  /** Who lets them in again. */
  owner: Client
  /** As it was answered last. */
  isIn: boolean
}

const STAY_MS = 4_000
const AGAIN_MS = 300

/** A group of the first one's making. */
export async function openGroup(gateway: string, [owner, ...others]: readonly Client[]): Promise<number> {
  const user_ids = others.map(({ person }) => person.id)
  const json = { kind: 'group', title: 'faults', user_ids, client_id: randomUUID() }
  const token = await owner!.credentials.token()
  return (await fetchOk<Conversation>(`${gateway}/api/conversations`, { method: 'POST', token, json })).id
}

export interface WanderOptions {
  gateways: readonly string[]
  random: Random
  signal: AbortSignal
}

export async function wander(wanderer: Wanderer, options: WanderOptions): Promise<void> {
  const { random, signal } = options
  while (!signal.aborted) {
    await delay(STAY_MS * 2 * random.next(), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    if (!(await changeUntilAnswered(wanderer, options))) return
    wanderer.isIn = !wanderer.isIn
  }
}

/**
 * Leaving again, or being added again, changes nothing: each is repeated until it is answered. False where it was refused
 * for good, or nothing is tried any more.
 */
async function changeUntilAnswered(
  wanderer: Wanderer,
  { gateways, random }: WanderOptions,
): Promise<boolean> {
  const { conversation_id, client, owner, isIn } = wanderer
  const { id } = client.person
  const by = isIn ? client : owner
  while (!by.stopped.aborted) {
    const token = await by.credentials.token()
    const members = `${random.pick(gateways)}/api/conversations/${conversation_id}/members`
    const answer = await (
      isIn
        ? call<Problem>(`${members}/${id}`, { method: 'DELETE', token })
        : call<Problem>(members, { method: 'POST', token, json: { user_ids: [id] } })
    ).catch(() => undefined)
    if (answer && answer.status < 300) return true
    // Who has left by an attempt that was not answered, or that the gateway made again, finds no such conversation.
    if (answer?.status === 404 && isIn) return true
    // The token may have ended on the way.
    if (answer?.body.code === 'unauthenticated') await by.credentials.renew()
    else if (answer && !isRetryable(answer.body.code)) {
      by.notes.faults.push(`a change of members was refused for good: ${answer.status} ${answer.body.code}`)
      return false
    }
    await delay(AGAIN_MS * (0.5 + random.next()))
  }
  return false
}
