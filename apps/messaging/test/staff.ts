import { subjects, sync, userChanged, type Payload, type Role } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { expect } from 'vitest'
import type { Person, World } from './world.ts'

/** What auth tells of a person, as every messaging process hears it. */
export function tellChanged(world: World, changed: Payload<typeof userChanged>): void {
  world.bus.nats.publish(subjects.broadcast(userChanged.name), JSON.stringify(changed))
}

/** Gives a person a role, and waits until messaging goes by it. */
export async function giveRole(
  world: World,
  person: Person,
  { role, version }: { role: Role; version: number },
): Promise<void> {
  tellChanged(world, { card: person.card, role, version })
  await eventually(async () =>
    expect(isStaffCursor((await world.bus.call(sync, {}, { caller: person })).cursor)).toBe(role !== 'user'),
  )
}

/** The cursor of staff has a third part. */
export const isStaffCursor = (cursor: string): boolean => cursor.split('~').length === 3

export async function agent(world: World): Promise<Person> {
  const person = world.person()
  await giveRole(world, person, { role: 'agent', version: 2 })
  return person
}
