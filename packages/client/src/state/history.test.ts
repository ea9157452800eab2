import { expect, test } from 'vitest'
import { message } from '../../test/state-world.ts'
import { room } from '../../test/world.ts'
import { type HistoryOptions, History } from './history.ts'

type Page = Awaited<ReturnType<HistoryOptions['list']>>
type Input = Parameters<HistoryOptions['list']>[0]

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
/** Messages from one `seq` to another, both of them included. */
const page = (first: number, last: number): Page => ({
  items: Array.from({ length: last - first + 1 }, (_, n) => message(first + n)),
  next_cursor: first > 1 ? String(first) : null,
})

/** A history whose pages come when a test says so. */
function world() {
  const asked: (PromiseWithResolvers<Page> & { input: Input })[] = []
  const history = new History({
    id: room,
    environment: { after: () => () => undefined, random: () => 0, report: () => undefined },
    list: (input) => {
      const answer = { ...Promise.withResolvers<Page>(), input }
      asked.push(answer)
      return answer.promise
    },
    changed: () => undefined,
  })
  return { history, asked, seqs: () => history.timeline.messages.map(({ seq }) => seq) }
}

test('older messages that are asked for during a reload are those before what it brings', async () => {
  const { history, asked, seqs } = world()
  const first = history.load(Promise.resolve())
  await turn()
  asked[0]?.resolve(page(51, 100))
  await first
  const reload = history.load(Promise.resolve())
  const older = history.loadOlder()
  await turn()
  const together = asked.length
  asked[1]?.resolve(page(251, 300))
  await reload
  await turn()
  asked[2]?.resolve(page(201, 250))
  await older

  expect(together).toBe(2)
  expect(asked[2]?.input).toMatchObject({ before_seq: 251 })
  expect(seqs()).toEqual(Array.from({ length: 100 }, (_, n) => 201 + n))
  expect(history.status.get()).toMatchObject({ isLoading: false, hasOlder: true, error: undefined })
})
