import type { Bus } from '@parley/service-kit'
import { createLog } from '@parley/service-kit'
import { afterEach, expect, test } from 'vitest'
import { createStaff, type Staff } from './staff.ts'

type Answer = { user_ids: number[]; has_more: boolean }
type Callback = (err: null, msg: { json: () => unknown }) => void

/** A bus that answers when a test says so, and tells what it says. */
function world() {
  const asked: PromiseWithResolvers<Answer>[] = []
  let callback: Callback = () => undefined
  let reconnect = (): void => undefined
  const bus = {
    call: () => {
      asked.push(Promise.withResolvers())
      return asked.at(-1)?.promise
    },
    nats: {
      subscribe: (_: string, options: { callback: Callback }) => {
        callback = options.callback
        return { unsubscribe: () => undefined }
      },
    },
    onReconnect: (run: () => void) => (reconnect = run),
  }
  // Only what the subject uses of it.
  const staff = createStaff({
    bus: bus as unknown as Bus,
    log: createLog({ service: 'gateway', instance: '', level: 'fatal' }),
  })
  started.push(staff)
  return {
    staff,
    asked,
    reconnect: () => reconnect(),
    tell: (id: number, role: string) => callback(null, { json: () => ({ card: { id }, role }) }),
  }
}

const started: Staff[] = []
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const page = (...user_ids: number[]): Answer => ({ user_ids, has_more: false })

afterEach(async () => {
  for (const staff of started.splice(0)) await staff[Symbol.asyncDispose]()
})

test('before somebody wants to know, nothing is kept and nobody is asked', async () => {
  const { staff, asked, tell, reconnect } = world()
  tell(1, 'agent')
  reconnect()
  await turn()

  expect([staff.has(1), asked.length]).toEqual([false, 0])
})

test('what is told while auth is asked is newer than its answer', async () => {
  const { staff, asked, tell } = world()
  const ready = staff.ready()
  tell(1, 'agent')
  tell(2, 'user')
  asked[0]?.resolve(page(2, 3))
  await ready

  expect([1, 2, 3].map(staff.has)).toEqual([true, false, true])
})

test('what is told while auth is asked is kept when it is asked again meanwhile', async () => {
  const { staff, asked, tell, reconnect } = world()
  const ready = staff.ready()
  asked[0]?.resolve(page(2))
  await ready
  reconnect()
  await turn()
  tell(1, 'agent')
  reconnect()
  await turn()
  const open = asked.length
  asked[1]?.resolve(page(2))
  await turn()
  const afterTheFirst = staff.has(1)
  await turn()
  asked[2]?.resolve(page(1, 2))
  await turn()

  expect([open, asked.length, afterTheFirst, staff.has(1)]).toEqual([2, 3, true, true])
})

test('one who is no staff any more is not, though auth was asked before', async () => {
  const { staff, asked, tell } = world()
  const ready = staff.ready()
  asked[0]?.resolve(page(1))
  await ready
  tell(1, 'user')

  expect(staff.has(1)).toBe(false)
})
