import { type System, startSystem } from '@parley/local-stack'
import { afterAll, beforeAll } from 'vitest'
import { person, type Person } from './person.ts'

/** Runs a system for the tests of a file; gives how people come to it. */
export function runSystem(): (name: string) => Promise<Person> {
  let system: System
  beforeAll(async () => {
    system = await startSystem({ env: { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' } })
  })
  afterAll(() => system[Symbol.asyncDispose]())
  return (name) => person(system.gateways[0] as string, name)
}

/** Two people who came, and their conversation. */
export async function pair(
  come: (name: string) => Promise<Person>,
  stack: AsyncDisposableStack,
): Promise<{ ada: Person; ben: Person; room: number }> {
  const [ada, ben] = await Promise.all([come('ada'), come('ben')])
  stack.use(ada)
  stack.use(ben)
  const { id: room } = await ada.client.call('messaging.open_conversation', {
    kind: 'direct',
    user_id: ben.id,
  })
  return { ada, ben, room }
}
