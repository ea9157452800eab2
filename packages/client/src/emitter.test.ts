import { expect, test } from 'vitest'
import { Emitter } from './emitter.ts'

test('a listener that throws or rejects is reported and keeps nobody from hearing', async () => {
  const reported: unknown[] = []
  const heard: string[] = []
  const emitter = new Emitter<{ word: string }>((error) => void reported.push(error))
  emitter.on('word', () => {
    throw new Error('thrown')
  })
  emitter.on('word', () => Promise.reject(new Error('rejected')))
  emitter.on('word', (word) => void heard.push(word))

  await Promise.all(emitter.emit('word', 'hello'))

  expect(heard).toEqual(['hello'])
  expect(reported).toEqual([new Error('thrown'), new Error('rejected')])
})

test('S4: who listens can stop listening; one function given twice is called twice, and taken back singly', () => {
  const heard: string[] = []
  const emitter = new Emitter<{ word: string }>(() => {})
  const listener = (word: string) => heard.push(word)
  const stop = emitter.on('word', listener)
  emitter.on('word', listener)

  void emitter.emit('word', 'a')
  stop()
  stop()
  void emitter.emit('word', 'b')

  expect(heard).toEqual(['a', 'a', 'b'])
})
