import { clientFrames, rpcs } from '@parley/protocol'
import { expect, test } from 'vitest'
import { frameRows, operationRows } from '../../tests/access/matrix.ts'
import { supportFrames, supportOperations } from '../../tests/access/support-rows.ts'

test('T21: the matrix of who may do what names every operation and every frame', () => {
  const operations = rpcs.filter(({ http }) => http !== undefined).map(({ name }) => name)
  const frames = [...Object.keys(clientFrames), ...rpcs.flatMap(({ socket }) => socket?.type ?? [])]

  expect(Object.keys(operationRows).toSorted()).toEqual(operations.toSorted())
  expect(Object.keys(frameRows).toSorted()).toEqual(frames.toSorted())
})

test('T21: the matrix of support names every operation and frame that is about one conversation or message', () => {
  const about = /^(conversation|message)_id$/
  const operations = rpcs.filter(({ http }) => /\{(conversation|message)_id\}/.test(http?.path ?? ''))
  const frames = rpcs.flatMap(({ socket, input }) =>
    socket && Object.keys(input.shape).some((field) => about.test(field)) ? socket.type : [],
  )
  const own = ['pull', 'attach', 'detach', 'request']

  expect(Object.keys(supportOperations).toSorted()).toEqual(operations.map(({ name }) => name).toSorted())
  expect(Object.keys(supportFrames).toSorted()).toEqual([...own, ...frames].toSorted())
})
