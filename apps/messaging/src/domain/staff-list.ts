import type { Card, Privacy } from '@parley/protocol'

export interface StaffMember {
  card: Card
  /** What the person shares. */
  privacy: Privacy
}

/** Who is staff by now: agents and admins. */
export interface StaffList {
  /** The same array until it changes. */
  readonly ids: readonly number[]
  find(userId: number): StaffMember | undefined
}
