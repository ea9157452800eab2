import type { Sight } from './device.ts'

/** What is shown and is not what there is, field by field. */
export const differences = (truth: Sight, shown: Sight): string[] =>
  (['view', 'messages', 'members'] as const).flatMap((part) => {
    const [expected, found] = [truth[part], shown[part]].map((seen) => [seen ?? []].flat() as object[])
    const count = Math.max(expected?.length ?? 0, found?.length ?? 0)
    return Array.from({ length: count }, (_, index) => index).flatMap((index) =>
      fieldsThatDiffer(expected?.[index] ?? {}, found?.[index] ?? {}).map(
        (field) => `${part}[${index}].${field}`,
      ),
    )
  })

function fieldsThatDiffer(expected: object, found: object): string[] {
  const a = expected as Record<string, unknown>
  const b = found as Record<string, unknown>
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => text(a[field]) !== text(b[field]))
    .map((field) => `${field} is ${text(b[field])}, and Postgres has ${text(a[field])}`)
}

/** The same for what is equal, whatever the order of its fields. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  ) ?? 'nothing'
