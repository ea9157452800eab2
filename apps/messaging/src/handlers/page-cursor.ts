import { RpcError } from '@parley/service-kit'
import type * as z from 'zod'

/** The place where a page of a list goes on, as text that clients give back unread. */
export function pageCursor<T extends z.ZodType>(schema: T) {
  return {
    encode: (position: z.input<T>): string => Buffer.from(JSON.stringify(position)).toString('base64url'),
    /** Throws `invalid` for what this list has not given out. */
    decode: (cursor: string): z.output<T> => {
      try {
        return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
      } catch (cause) {
        throw new RpcError('invalid', {
          cause,
          errors: [{ path: 'cursor', message: 'is not a next_cursor of this list' }],
        })
      }
    },
  }
}
