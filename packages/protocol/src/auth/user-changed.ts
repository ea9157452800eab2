import * as z from 'zod'
import { event } from '../define.ts'
import { Card } from './types.ts'

export const userChanged = event('auth.user_changed', {
  summary: 'A person registered, or their card changed',
  payload: z.object({ card: Card }),
})
