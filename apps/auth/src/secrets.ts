import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto'
import { makeId, SHARDS, UPPER_LIMIT } from '@parley/protocol'

/** 256 random bits, as text. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
/** 128 random bits, as text. */
export const newSessionId = (): string => randomBytes(16).toString('base64url')
/** A user id that tells nothing about others: random above its shard, and a random shard. */
export const newUserId = (): number => makeId(randomInt(1, UPPER_LIMIT), randomInt(0, SHARDS))
/** How a secret of many random bits is stored: nothing else can be made of it. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/**
 * A refresh token is two secrets: one that its whole session shares, which tells a used token from an invented one, and
 * one that is good once.
 */
export interface RefreshToken {
  family: string
  secret: string
}

const FAMILY_CHARS = 22
const SECRET_CHARS = 43

export const newRefreshToken = (): RefreshToken => ({ family: newSessionId(), secret: newSecret() })
export const writeRefreshToken = ({ family, secret }: RefreshToken): string => `${family}${secret}`

/** Undefined for what was never a refresh token. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  if (text.length !== FAMILY_CHARS + SECRET_CHARS || !/^[\w-]+$/.test(text)) return undefined
  return { family: text.slice(0, FAMILY_CHARS), secret: text.slice(FAMILY_CHARS) }
}

/** The token after this one. It can be made again from the token and the stored nonce, and from neither alone. */
export function successorOf({ family, secret }: RefreshToken, nonce: string): RefreshToken {
  return { family, secret: createHmac('sha256', secret).update(nonce).digest('base64url') }
}
