import { setTimeout as delay } from 'node:timers/promises'
import { call, type Problem } from '../client/http.ts'
import type { Liked } from '../client/people.ts'
import type { Client } from './client.ts'
import { isRetryable } from './notes.ts'
import type { Random } from './random.ts'

/** Two clients that like each other at the same instant, and when both had their answer. */
export interface MutualLike {
  clients: readonly [Client, Client]
  begunAt: number
  matchedAt?: number
}

export interface LikesOptions {
  gateways: readonly string[]
  random: Random
}

const AGAIN_MS = 300

/** Both like each other, each until it is answered. */
export async function likeEachOther(like: MutualLike, options: LikesOptions): Promise<void> {
  const [ada, ben] = like.clients
  const answers = await Promise.all([
    likeUntilAnswered(ada, ben, options),
    likeUntilAnswered(ben, ada, options),
  ])
  if (!answers.includes('matched')) ada.notes.faults.push('two likes were answered, and neither as a match')
  like.matchedAt = performance.now()
}

async function likeUntilAnswered(by: Client, about: Client, options: LikesOptions): Promise<Liked['status']> {
  const { gateways, random } = options
  for (;;) {
    const token = await by.credentials.token()
    const url = `${random.pick(gateways)}/api/matching/like`
    const json = { user_id: about.person.id }
    const answer = await call<Liked | Problem>(url, { method: 'POST', token, json }).catch(() => undefined)
    if (answer?.status === 200) return (answer.body as Liked).status
    if (answer) {
      const { code } = answer.body as Problem
      by.notes.refused += 1
      if (!isRetryable(code)) by.notes.faults.push(`a like was refused for good: ${answer.status} ${code}`)
    }
    await delay(AGAIN_MS * (0.5 + random.next()))
  }
}
