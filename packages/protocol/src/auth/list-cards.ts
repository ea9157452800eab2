import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Card } from './types.ts'

/** Cards of the people that exist, in no order; the others are left out. */
export const listCards = rpc('auth.list_cards', {
  summary: 'Cards by user id',
  access: 'service',
  input: z.object({ user_ids: z.array(Id).max(1_000) }),
  output: z.object({ items: z.array(Card) }),
  errors: [],
})
