/** Runs a task for each item, at most so many at once; results stand in the order of the items. */
export async function inParallel<T, R>(
  atOnce: number,
  items: readonly T[],
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const due = items.entries()
  const work = async (): Promise<void> => {
    for (const [index, item] of due) results[index] = await task(item)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}
