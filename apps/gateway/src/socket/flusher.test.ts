import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createFlusher } from './flusher.ts'

const unmetered = { framesOut: () => undefined }

/** A socket whose writes take so long, and which counts them. */
function slowSocket(ms: number) {
  const socket = {
    flushes: 0,
    flush: () => {
      socket.flushes += 1
      for (const endsAt = performance.now() + ms; performance.now() < endsAt;);
    },
  }
  return socket
}

test('what is due is written out at the end of the turn', async () => {
  const flusher = createFlusher<ReturnType<typeof slowSocket>>(unmetered)
  const socket = slowSocket(0)
  flusher.add(socket)
  expect(socket.flushes).toBe(0)
  await turn()

  expect(socket.flushes).toBe(1)
})

test('frames that came during a long round of writes wait for those behind them; an answer does not', async () => {
  const flusher = createFlusher<ReturnType<typeof slowSocket>>(unmetered)
  const [crowd, asker] = [slowSocket(5), slowSocket(0)]
  flusher.add(crowd)
  await turn()
  flusher.add(crowd)
  flusher.hurry(asker)
  await turn()

  expect([crowd.flushes, asker.flushes]).toEqual([1, 1])
  await delay(20)
  expect(crowd.flushes).toBe(2)
})
