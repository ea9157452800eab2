/** What a test's title says after the number of its document; with a reason where no test can say it. */
export type Row = string | { row: string; reason: string }

export interface Checklist {
  number: string
  title: string
  parts: Readonly<Record<string, readonly Row[]>>
}

/** Rows that have no test for the same reason. */
export const without = (reason: string, ...rows: readonly string[]): Row[] =>
  rows.map((row) => ({ row, reason }))

export const reasons = {
  client: 'It is the client’s own: no part of the server or the SDK',
  operations: 'It is a matter of how the system is run, not of its code',
  uploads: 'Uploads are not served yet; attachments go by their links',
  voice: 'Voice messages are not served yet',
  calls: 'Calls are not served yet',
  push: 'Push to phones is not served yet',
  search: 'Search of messages is not served yet',
  analytics: 'Analytics are not served yet',
} as const
