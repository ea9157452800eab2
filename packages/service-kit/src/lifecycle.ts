/** Remembers what to close, and gives it back. */
export type Use = <T extends AsyncDisposable>(resource: T) => T

/** Starts what `start` builds; on failure or disposal, closes what was used, newest first. One failing close does not keep the others from closing. */
export async function startService<T extends object>(
  start: (use: Use) => Promise<T>,
): Promise<T & AsyncDisposable> {
  const used: AsyncDisposable[] = []
  let stopping: Promise<void> | undefined
  const stop = async () => {
    const failures: unknown[] = []
    for (const resource of used.splice(0).reverse()) {
      try {
        await resource[Symbol.asyncDispose]()
      } catch (err) {
        failures.push(err)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some parts did not close')
  }
  try {
    const started = await start((resource) => {
      used.push(resource)
      return resource
    })
    return Object.assign(started, { [Symbol.asyncDispose]: () => (stopping ??= stop()) })
  } catch (err) {
    await stop().catch((stopErr: unknown) => {
      throw new AggregateError([err, stopErr], 'start failed, and so did the clean-up')
    })
    throw err
  }
}

/** Runs a service until SIGTERM or SIGINT, then closes it; a second signal ends at once. A start that fails prints one line and exits 1. */
export async function runUntilSignal(start: () => Promise<AsyncDisposable>): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    let count = 0
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => (++count > 1 ? process.exit(1) : resolve()))
    }
  })
  try {
    const service = await start()
    await asked
    await service[Symbol.asyncDispose]()
    process.exit(0)
  } catch (err) {
    process.stderr.write(`${line(err)}\n`)
    process.exit(1)
  }
}

/** Runs a command to its end; one that fails prints one line and exits 1. */
export async function runToEnd(work: () => Promise<void>): Promise<void> {
  try {
    await work()
    process.exit(0)
  } catch (err) {
    process.stderr.write(`${line(err)}\n`)
    process.exit(1)
  }
}

/** What went wrong, with each of its parts where there are several. */
function line(err: unknown): string {
  if (err instanceof AggregateError)
    return [err.message, ...err.errors.map(line)].filter((text) => text !== '').join(': ')
  return err instanceof Error ? err.message : String(err)
}
