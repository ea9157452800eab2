import { randomBytes } from 'node:crypto'
import type { ClientBase } from 'pg'

/** Whatever cursor a client has is of another epoch from here on, and is answered with `reset`. */
export async function beginEpoch(client: ClientBase): Promise<void> {
  await client.query('update store set epoch = $1', [newEpoch()])
}

export const newEpoch = (): string => randomBytes(6).toString('hex')
