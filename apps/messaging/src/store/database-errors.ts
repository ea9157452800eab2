// What the database says of a batch that it refused.

/** A `client_id` stands in its conversation already. */
export const isRepeat = (err: unknown): boolean =>
  (err as { code?: string }).code === '23505' && (err as { table?: string }).table === 'message'

/** Another process owns the lane by now. */
export const isForeign = (err: unknown): boolean => (err as { code?: string }).code === 'PL001'
