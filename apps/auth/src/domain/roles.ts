import type { Role } from '@parley/protocol'

const ranks: Record<Role, number> = { user: 0, agent: 1, admin: 2 }

export const isLower = (role: Role, than: Role): boolean => ranks[role] < ranks[than]
