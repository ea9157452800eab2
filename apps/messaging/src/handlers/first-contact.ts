import type { Deps } from '../deps.ts'
import { findOrOpenDirect, type OpenOptions } from './find-or-open-direct.ts'

/** Thrown by an operation on a direct conversation that nobody has opened yet. */
export const notOpened = new Error('the direct conversation is not opened yet')

/** Runs `write`, opening the pair's conversation first where there is none. Those that come meanwhile wait, so that the order of asking stays. */
export function createFirstContact(deps: Pick<Deps, 'lanes' | 'cards'>) {
  const opening = new Map<string, Promise<unknown>>()

  return async <T>(
    pair: readonly [number, number],
    write: () => Promise<T>,
    options: OpenOptions,
  ): Promise<T> => {
    const key = pair.toSorted((a, b) => a - b).join(':')
    const underWay = opening.get(key)
    if (underWay) {
      await underWay
      return write()
    }
    try {
      return await write()
    } catch (err) {
      if (err !== notOpened) throw err
      const opened =
        opening.get(key) ?? findOrOpenDirect(deps, pair, options).finally(() => opening.delete(key))
      opening.set(key, opened)
      await opened
      return write()
    }
  }
}
