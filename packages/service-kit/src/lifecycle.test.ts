import { expect, test } from 'vitest'
import { startService } from './lifecycle.ts'

/** Parts that note their closing, and may fail at it. */
function parts() {
  const closed: string[] = []
  const part = (name: string, failure?: Error): AsyncDisposable => ({
    [Symbol.asyncDispose]: async () => {
      closed.push(name)
      if (failure) throw failure
    },
  })
  return { closed, part }
}

test('parts close newest first', async () => {
  const { closed, part } = parts()
  const service = await startService(async (use) => {
    for (const name of ['database', 'bus', 'probes']) use(part(name))
    return { port: 1 }
  })

  expect(service.port).toBe(1)
  await service[Symbol.asyncDispose]()
  expect(closed).toEqual(['probes', 'bus', 'database'])
})

test('a part that fails to close keeps no other from closing, and is told of at the end', async () => {
  const { closed, part } = parts()
  const service = await startService(async (use) => {
    use(part('database'))
    use(part('bus', new Error('bus hangs')))
    use(part('probes', new Error('probes hang')))
    return {}
  })

  const closing = Promise.resolve(service[Symbol.asyncDispose]())
  const failure = await closing.catch((err: unknown) => err)

  expect(failure).toBeInstanceOf(AggregateError)
  expect((failure as AggregateError).errors.map(String)).toEqual(['Error: probes hang', 'Error: bus hangs'])
  expect(closed).toEqual(['probes', 'bus', 'database'])
})

test('a start that fails closes what was started, and rejects with its own error', async () => {
  const { closed, part } = parts()

  const start = startService(async (use) => {
    use(part('database'))
    throw new Error('no bus')
  })

  await expect(start).rejects.toThrow('no bus')
  expect(closed).toEqual(['database'])
})

test('a start that fails twice tells of both', async () => {
  const { part } = parts()

  const failure = await startService(async (use) => {
    use(part('database', new Error('database hangs')))
    throw new Error('no bus')
  }).catch((err: unknown) => err)

  expect((failure as AggregateError).errors.map(String)).toEqual([
    'Error: no bus',
    'AggregateError: some parts did not close',
  ])
})

test('closing twice closes once, and both wait for it', async () => {
  const { closed, part } = parts()
  const service = await startService(async (use) => {
    use(part('bus'))
    return {}
  })

  await Promise.all([service[Symbol.asyncDispose](), service[Symbol.asyncDispose]()])

  expect(closed).toEqual(['bus'])
})
