import { RpcError, type Bus } from '@parley/service-kit'
import { expect, test, vi } from 'vitest'
import { createConfirm } from './confirm.ts'

/** A bus that knows nothing but how to flush. */
const busOf = (flush: () => Promise<void>) => ({ nats: { flush } }) as unknown as Pick<Bus, 'nats'>

test('those who ask in one turn share one round trip', async () => {
  const flush = vi.fn<() => Promise<void>>(async () => undefined)
  const confirm = createConfirm(busOf(flush))
  await Promise.all([confirm(), confirm()])
  await confirm()

  expect(flush).toHaveBeenCalledTimes(2)
})

test('a bus that cannot be reached is something that a retry may heal', async () => {
  const cause = new Error('closed')
  const failure: unknown = await createConfirm(busOf(() => Promise.reject(cause)))().catch((err) => err)

  expect(failure).toBeInstanceOf(RpcError)
  expect(failure).toMatchObject({ code: 'unavailable', cause })
})
