import * as z from 'zod'
import { event } from '../define.ts'
import { Card, Role } from './types.ts'

/** `version` grows with each change of the person's: of two events, the one with the higher version is the newer. */
export const userChanged = event('auth.user_changed', {
  summary: 'A person registered, or their card or role changed',
  payload: z.object({ card: Card, role: Role, version: z.int().min(1) }),
})
