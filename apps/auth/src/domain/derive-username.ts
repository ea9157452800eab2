import type { Profile } from './outside-claims.ts'

const LEAST_CHARS = 3
const MOST_CHARS = 32

/**
 * A username from what an issuer tells: its own name for the person, or the person's name. Never from an e-mail address,
 * which would show everybody a part of it.
 */
export function deriveUsername({ username, first_name, last_name }: Omit<Profile, 'email'>): string {
  const isAddress = username?.includes('@') ?? false
  for (const text of [isAddress ? '' : username, [first_name, last_name].filter(Boolean).join(' ')]) {
    const name = toUsername(text ?? '')
    if (name.length >= LEAST_CHARS) return name
  }
  return 'user'
}

/** Another one, for when somebody has that. */
export const withSuffix = (username: string, suffix: string): string =>
  `${username.slice(0, MOST_CHARS - suffix.length - 1)}-${suffix}`

const toUsername = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_.-]+/g, '-')
    .slice(0, MOST_CHARS)
    .replace(/^[-.]+|[-.]+$/g, '')
