import { randomInt } from 'node:crypto'
import { makeId, UPPER_LIMIT } from '@parley/protocol'

/** An id that nobody can guess. */
export const randomId = (shard: number): number => makeId(randomInt(1, UPPER_LIMIT), shard)
