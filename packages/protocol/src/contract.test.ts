// The frames that the public contract names, from which clients were written.
import { expect, test } from 'vitest'
import { pushes, rpcs } from './catalog.ts'
import { closeCodes, isResumable } from './close-codes.ts'
import { clientFrames, gatewayFrames } from './socket-frames.ts'

const fromClients = new Set([
  ...rpcs.flatMap(({ socket }) => socket?.type ?? []),
  ...Object.keys(clientFrames),
])
const fromServers = new Set([...pushes.map(({ type }) => type), ...Object.keys(gatewayFrames)])

const named = {
  fromClients: [
    ...['hello', 'ping', 'presence', 'authenticate', 'chat_message', 'message_edit', 'message_delete'],
    ...[
      'message_reaction',
      'read_receipt',
      'delivery_receipt',
      'typing_indicator',
      'watch',
      'attach',
      'detach',
    ],
    ...['subscribe', 'unsubscribe', 'sync', 'pull', 'request'],
  ],
  fromServers: [
    ...['welcome', 'caught_up', 'reset', 'ack', 'response', 'error', 'pong', 'chat_message', 'message_edit'],
    ...[
      'message_delete',
      'message_reaction',
      'read_receipt',
      'delivery_receipt',
      'typing_indicator',
      'user_status',
    ],
    ...['new_match', 'match_removed', 'conversation_update', 'notify', 'bump', 'goaway'],
  ],
}
test.each([
  ['clients', named.fromClients, fromClients],
  ['servers', named.fromServers, fromServers],
])('every frame that the contract names of %s is defined', (_, names, defined) => {
  expect(names.filter((name) => !defined.has(name))).toEqual([])
})

test('no frame is defined that the contract does not name', () => {
  expect([...fromClients].filter((type) => !named.fromClients.includes(type))).toEqual([])
  expect([...fromServers].filter((type) => !named.fromServers.includes(type))).toEqual([])
})

test('close codes are those of the contract, and their range tells whether to come back', () => {
  const codes = Object.values(closeCodes).map(({ code }) => code)

  expect(codes).toEqual([4000, 4008, 4010, 4013, 4029, 4301, 4400, 4401, 4403, 4404, 4406, 4409])
  expect(codes.filter(isResumable)).toEqual([4000, 4008, 4010, 4013, 4029, 4301])
  expect([1000, 1001, 1006].every(isResumable)).toBe(true)
})
