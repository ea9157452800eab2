import {
  getMe,
  listCards,
  listKeys,
  markRead,
  setTyping,
  sync,
  updateMe,
  type Caller,
} from '@parley/protocol'
import { expect, test } from 'vitest'
import { createLogLines } from '../test/log-lines.ts'
import type { RequestLine } from './envelope.ts'
import { RpcError, unavailable } from './rpc-error.ts'
import { handle, handleFrames, refusal, reply, type Handler } from './rpc.ts'

const ada: Caller = { user_id: 511, session_id: 's', role: 'user' }

/** One request to its parsed reply, with what was logged and observed on the way. */
async function ask(handler: Handler, request: Partial<RequestLine> = {}) {
  const { log, lines } = createLogLines()
  const observed: string[] = []
  const refused: unknown[] = []
  const text = await reply(
    handler,
    { rpc: handler.rpc.name, trace_id: 'trace-1', timeout_ms: 1_000, input: {}, ...request },
    {
      log,
      observe: (rpc, code) => observed.push(`${rpc} ${code}`),
      noteRefusal: (...args) => refused.push(args),
    },
  )
  return {
    text,
    kind: text[0],
    body: JSON.parse(text.slice(1).split('\n')[0] ?? '') as unknown,
    lines,
    observed,
    refused,
  }
}

const receipt = { conversation_id: 1, read_seq: 5, delivered_seq: 4, unread_count: 3 }
const throwing = (err: unknown) =>
  handle(markRead, async () => {
    throw err
  })
const reading: Partial<RequestLine> = { caller: ada, input: { conversation_id: 1, seq: 5 } }

test('an output is the reply, counted as ok', async () => {
  const { kind, body, observed, lines } = await ask(
    handle(markRead, async () => receipt),
    reading,
  )

  expect({ kind, body }).toEqual({ kind: '+', body: receipt })
  expect(observed).toEqual(['messaging.mark_read ok'])
  expect(lines).toEqual([])
})

test('for an ack only the fields that the frame names are sent', async () => {
  const { body } = await ask(
    handle(markRead, async () => receipt),
    { ...reading, pick: 'ack' },
  )

  expect(body).toEqual({ conversation_id: 1, read_seq: 5, unread_count: 3 })
})

test('an ack that names no fields is an empty object', async () => {
  const { text } = await ask(
    handle(setTyping, async () => ({})),
    { caller: ada, pick: 'ack', input: { conversation_id: 1, is_typing: true } },
  )

  expect(text).toBe('+{}')
})

test('frames follow on lines of their own, untouched', async () => {
  const output = { cursor: 'c', epoch: 'e', continuation: null }

  const { text } = await ask(
    handleFrames(sync, async () => ({ output, frames: ['{"type":"x"}', '{ "as": "made" }'] })),
    { caller: ada },
  )

  expect(text).toBe(`+${JSON.stringify(output)}\n{"type":"x"}\n{ "as": "made" }`)
})

test('an error that the RPC declares is answered with all that it says', async () => {
  const { kind, body, observed, lines } = await ask(
    throwing(
      new RpcError('conversation_not_found', { detail: 'd', retry_after_ms: 5, cause: new Error('secret') }),
    ),
    reading,
  )

  expect({ kind, body }).toEqual({
    kind: '-',
    body: { code: 'conversation_not_found', detail: 'd', retry_after_ms: 5 },
  })
  expect(observed).toEqual(['messaging.mark_read conversation_not_found'])
  expect(lines).toEqual([])
})

test('an error that any RPC may answer needs no declaration', async () => {
  const { body } = await ask(throwing(new RpcError('rate_limited', { retry_after_ms: 200 })), reading)

  expect(body).toEqual({ code: 'rate_limited', retry_after_ms: 200 })
})

test.each([
  ['an error that the RPC does not declare', new RpcError('user_not_found')],
  ['an error of the program', new TypeError('password is hunter2')],
  ['what is no error at all', 'just a text'],
])('%s becomes `internal`: logged once with the trace, never told', async (_, err) => {
  const { text, lines, observed } = await ask(throwing(err), reading)

  expect(text).toBe('-{"code":"internal"}')
  expect(lines).toMatchObject([{ level: 50, rpc: 'messaging.mark_read', trace_id: 'trace-1' }])
  expect(observed).toEqual(['messaging.mark_read internal'])
})

test('an outage becomes `unavailable`, with the time to wait', async () => {
  const down = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })

  const { body, lines, refused } = await ask(throwing(down), reading)

  expect(body).toEqual({ code: 'unavailable', retry_after_ms: 1_000 })
  expect(lines).toEqual([])
  expect(refused).toEqual([['messaging.mark_read', 'trace-1', down]])
})

test('an output that cannot be written is `internal`, and counted once', async () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular

  const { text, observed } = await ask({ rpc: listKeys, frames: false, run: async () => circular })

  expect(text).toBe('-{"code":"internal"}')
  expect(observed).toEqual(['auth.list_keys internal'])
})

test('a handler that throws before it awaits is answered like any other', async () => {
  const hasty: Handler = {
    rpc: listKeys,
    frames: false,
    run: () => {
      throw new RpcError('forbidden')
    },
  }

  expect((await ask(hasty)).body).toEqual({ code: 'forbidden' })
})

test('a wrong input is refused before the handler runs, and each wrong field is named once', async () => {
  let runs = 0
  const handler = handle(updateMe, async () => {
    runs++
    throw new RpcError('internal')
  })

  const { body } = await ask(handler, {
    caller: ada,
    input: { first_name: 5, email: 'none', phone: 'x'.repeat(300) },
  })

  expect(body).toMatchObject({ code: 'invalid' })
  const { errors } = body as { errors: { path: string }[] }
  expect(errors.map(({ path }) => path)).toEqual(['first_name', 'email', 'phone'])
  expect(runs).toBe(0)
})

test('nested fields are named by their whole path, and at most 20 of them', async () => {
  const handler = handle(listCards, async () => ({ items: [] }))

  const { body } = await ask(handler, { input: { user_ids: ['a', ...Array.from({ length: 30 }, () => -1)] } })

  const { errors } = body as { errors: { path: string }[] }
  expect(errors[0]?.path).toBe('user_ids.0')
  expect(errors).toHaveLength(20)
})

test('an input that is not there at all is invalid as a whole', async () => {
  const { body } = await ask(
    handle(listCards, async () => ({ items: [] })),
    { input: undefined },
  )

  expect(body).toMatchObject({ code: 'invalid', errors: [{ path: '' }] })
})

test('without a caller an RPC of a person is `unauthenticated`, whatever its input', async () => {
  const { body } = await ask(
    handle(markRead, async () => receipt),
    { input: 'nonsense' },
  )

  expect(body).toEqual({ code: 'unauthenticated' })
})

test.each([
  ['anyone', undefined, undefined],
  ['service', undefined, undefined],
  ['user', undefined, 'unauthenticated'],
  ['user', 'user', undefined],
  ['agent', 'user', 'forbidden'],
  ['agent', 'agent', undefined],
  ['agent', 'admin', undefined],
  ['admin', undefined, 'unauthenticated'],
  ['admin', 'agent', 'forbidden'],
  ['admin', 'admin', undefined],
] as const)('access of %s by %s: %s', (access, role, expected) => {
  const caller = role && { ...ada, role }

  expect(refusal({ ...getMe, access }, caller)).toBe(expected)
})

test('a handler may log under the trace of its request', async () => {
  const { lines } = await ask(
    handle(listKeys, async (_, { log }) => {
      log.info('looked')
      return { keys: [] }
    }),
  )

  expect(lines).toMatchObject([{ msg: 'looked', trace_id: 'trace-1' }])
})

test('an error is sent without its cause and without its stack', () => {
  const error = unavailable(new Error('at secret.internal:5432'))

  expect(JSON.stringify(error)).toBe('{"code":"unavailable","retry_after_ms":1000}')
  expect(error.cause).toBeInstanceOf(Error)
})
