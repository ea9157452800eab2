import { setTimeout as delay } from 'node:timers/promises'
import type { Match } from '@parley/protocol'
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

/** Both like each other, each until it is answered or refused for good; gives the match that comes of it. */
export async function likeEachOther(like: MutualLike, options: LikesOptions): Promise<Match | undefined> {
  const [ada, ben] = like.clients
  const answers = await Promise.all([
    likeUntilAnswered(ada, ben, options),
    likeUntilAnswered(ben, ada, options),
  ])
  if (answers.includes(undefined)) return undefined
  const matched = answers.find((answer) => answer?.status === 'matched')
  if (!matched) ada.notes.faults.push('two likes were answered, and neither as a match')
  like.matchedAt = performance.now()
  return matched?.match
}

async function likeUntilAnswered(
  by: Client,
  about: Client,
  options: LikesOptions,
): Promise<Liked | undefined> {
  const { gateways, random } = options
  while (!by.stopped.aborted) {
    const token = await by.credentials.token()
    const url = `${random.pick(gateways)}/api/matching/like`
    const json = { user_id: about.person.id }
    const answer = await call<Liked | Problem>(url, { method: 'POST', token, json }).catch(() => undefined)
    if (answer?.status === 200) return answer.body as Liked
    if (answer) {
      const { code } = answer.body as Problem
      by.notes.refused += 1
      // The token may have ended on the way.
      if (code === 'unauthenticated') await by.credentials.renew()
      else if (!isRetryable(code)) {
        by.notes.faults.push(`a like was refused for good: ${answer.status} ${code}`)
        return undefined
      }
    }
    await delay(AGAIN_MS * (0.5 + random.next()))
  }
  return undefined
}

export interface LikeOn extends LikesOptions {
  clients: readonly Client[]
  likes: MutualLike[]
  everyMs: number
  signal: AbortSignal
}

/** Resolves when it was told to stop and all likes that were begun are answered. */
export async function likeOn({ gateways, clients, likes, random, everyMs, signal }: LikeOn): Promise<void> {
  const strangers = clients.flatMap((ada, index) =>
    clients
      .slice(index + 1)
      .map((ben, further) => ({ both: [ada, ben] as const, isCouple: index % 2 === 0 && further === 0 })),
  )
  const underWay: Promise<unknown>[] = []
  for (const { both } of random.shuffled(strangers.filter(({ isCouple }) => !isCouple))) {
    await delay(everyMs * 2 * random.next(), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    const like: MutualLike = { clients: both, begunAt: performance.now() }
    likes.push(like)
    underWay.push(likeEachOther(like, { gateways, random }))
  }
  await Promise.all(underWay)
}
