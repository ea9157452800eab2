import * as z from 'zod'
import { Id, optional, webUrl } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Message } from '../messaging/types.ts'

/** Those clients take ids from addresses and input fields: numbers, or their decimal text. */
export const LegacyId = z.union(
  [
    Id,
    z
      .string()
      .regex(/^[1-9]\d{0,15}$/)
      .transform(Number)
      .pipe(Id),
  ],
  { error: ({ input }) => (input == null ? 'is required' : 'must be an id') },
)

/** The address of something that lies elsewhere; empty or null for nothing. */
export const AttachmentUrl = optional(z.union([z.literal(''), webUrl(limits.url_chars)]))

export const attachmentsOf = (url: string | undefined): object =>
  url === undefined || url === '' ? {} : { attachments: [{ url }] }

export const attachmentUrlOf = ({ attachments }: Message): string | null => attachments[0]?.url ?? null
