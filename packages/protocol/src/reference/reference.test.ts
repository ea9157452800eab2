import { expect, test } from 'vitest'
import { pushes, rpcs } from '../catalog.ts'
import { errors } from '../errors.ts'
import { clientFrames, gatewayFrames } from '../socket-frames.ts'
import { createAsyncApi } from './asyncapi.ts'
import { createOpenApi } from './openapi.ts'

interface Operation {
  operationId: string
  parameters?: { name: string; in: string; required: boolean }[]
  security: unknown[]
  responses: Record<string, { description: string }>
}

const version = '1.2.3'
const openapi = createOpenApi({ version })
const asyncapi = createAsyncApi({ version })
const paths = openapi['paths'] as Record<string, Record<string, Operation>>
const routed = rpcs.filter(({ http }) => http !== undefined)

test('every RPC with a route is an operation of its name, and nothing else is', () => {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))

  expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
    routed.map(({ name }) => name).toSorted(),
  )
})

test.each(routed)('$name is described with its path, its access and every error it may answer', (rpc) => {
  const operation = paths[rpc.http!.path]![rpc.http!.method.toLowerCase()]!
  const texts = Object.entries(operation.responses)

  for (const [, name] of rpc.http!.path.matchAll(/\{(\w+)\}/g)) {
    expect(operation.parameters).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }))
  }
  expect(operation.security).toHaveLength(rpc.access === 'anyone' ? 0 : 1)
  for (const code of [...rpc.errors, 'internal', 'unavailable'] as const) {
    const { status, title } = errors[code]
    expect(texts).toContainEqual([
      String(status),
      expect.objectContaining({ description: expect.stringContaining(`\`${code}\`: ${title}`) }),
    ])
  }
})

test('every frame of a client and of the server is a message of the socket', () => {
  const { messages } = asyncapi['components'] as { messages: Record<string, unknown> }
  const client = [...Object.keys(clientFrames), ...rpcs.flatMap(({ socket }) => socket?.type ?? [])]
  const server = [...Object.keys(gatewayFrames), ...pushes.map(({ type }) => type)]

  expect(Object.keys(messages).toSorted()).toEqual(
    [...client.map((type) => `client_${type}`), ...server.map((type) => `server_${type}`)].toSorted(),
  )
})

test.each([
  ['openapi', openapi],
  ['asyncapi', asyncapi],
])('every reference in %s leads to a part of it', (_, document) => {
  const text = JSON.stringify(document)
  const pointers = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer]) => pointer as string)

  expect(pointers.length).toBeGreaterThan(20)
  for (const pointer of pointers) {
    const found = pointer
      .split('/')
      .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], document)
    expect(found, pointer).toBeDefined()
  }
})
