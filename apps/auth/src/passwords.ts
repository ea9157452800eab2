import { hash, parseOptions, verify } from '@node-rs/argon2'
import type { WorkQueue } from '@parley/service-kit'

// OWASP's first choice of argon2id for one thread. The library works off the main thread, in the pool of libuv.
const policy = { memoryCost: 47_104, timeCost: 1, parallelism: 1 }

/** A PHC string. */
export const hashPassword = (password: string): Promise<string> => hash(password, policy)

export interface Passwords {
  /** A PHC string. */
  hash(password: string, deadline: number): Promise<string>
  /** Without a stored hash it compares with a stand-in, so that an unknown name, or one without a password, costs what a wrong one does. */
  verify(stored: string | null | undefined, password: string, deadline: number): Promise<boolean>
  /** Whether a stored hash is cheaper to try than those made today. */
  isOutdated(stored: string): boolean
}

export async function createPasswords(queue: WorkQueue): Promise<Passwords> {
  const standIn = await hashPassword('nobody has this password')
  return {
    hash: (password, deadline) => queue.run(() => hashPassword(password), deadline),
    verify: async (stored, password, deadline) => {
      const matches = await queue.run(() => verify(stored ?? standIn, password), deadline)
      return matches && stored != null
    },
    isOutdated: (stored) => {
      const { memoryCost, timeCost } = parseOptions(stored)
      return memoryCost < policy.memoryCost || timeCost < policy.timeCost
    },
  }
}
