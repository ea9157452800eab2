import { randomUUID } from 'node:crypto'
import { type ClientOptions, ParleyClient } from '@parley/client'
import { ParleyState } from '@parley/client/state'

export interface Person extends AsyncDisposable {
  client: ParleyClient
  state: ParleyState
  id: number
  /** How many sockets this client has opened. */
  sockets: () => number
}

/** A person with an account, connected. */
export async function person(
  url: string,
  name: string,
  options: Partial<ClientOptions> = {},
): Promise<Person> {
  let sockets = 0
  class Counted extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols)
      sockets += 1
    }
  }
  const client = new ParleyClient({ url, WebSocket: Counted, ...options })
  const state = new ParleyState(client)
  const account = {
    username: `${name}-${randomUUID().slice(0, 13)}`,
    password: randomUUID(),
    first_name: name,
  }
  const { user } = await client.register(account)
  await client.connect()
  return { client, state, id: user.id, sockets: () => sockets, [Symbol.asyncDispose]: () => client.close() }
}
