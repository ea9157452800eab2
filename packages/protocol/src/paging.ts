import * as z from 'zod'
import { optional, text } from './ids.ts'
import { limits } from './limits.ts'

export const Limit = optional(z.int().min(1).max(limits.page.max)).meta({ description: 'Default 50' })
export const Cursor = optional(text(1, 512)).meta({ description: 'next_cursor of the page before' })

/** `{items, next_cursor}`: `next_cursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).max(1_000), next_cursor: z.nullable(z.string()) })

export const Nothing = z.object({})
