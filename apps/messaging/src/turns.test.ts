import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

const later = (): number => performance.now() + 60_000
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('so many run at once, and the others in the order of asking, whatever becomes of those before', async () => {
  const turns = createTurns(2)
  const tasks = [0, 1, 2, 3].map(() => Promise.withResolvers<void>())
  const begun: number[] = []
  const done = tasks.map(({ promise }, index) =>
    turns(later(), async () => {
      begun.push(index)
      await promise
    }).catch((err: unknown) => err),
  )
  await turn()
  const atFirst = [...begun]
  tasks[1]?.reject(new Error('it failed'))
  await turn()
  const then = [...begun]
  for (const { resolve } of tasks) resolve()
  await Promise.all(done)

  expect([atFirst, then, begun]).toEqual([
    [0, 1],
    [0, 1, 2],
    [0, 1, 2, 3],
  ])
})

test('a task for which nobody waits any more is not begun, and gives its turn to the next', async () => {
  const turns = createTurns(1)
  const first = Promise.withResolvers<void>()
  const begun: string[] = []
  const running = turns(later(), () => first.promise)
  const late = turns(performance.now(), async () => void begun.push('late')).catch((err: unknown) => err)
  const next = turns(later(), async () => void begun.push('next'))
  first.resolve()
  await Promise.all([running, next])

  expect(await late).toMatchObject({ code: 'unavailable' })
  expect(begun).toEqual(['next'])
})
