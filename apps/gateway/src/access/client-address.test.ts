import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { createAddressOf } from './client-address.ts'

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as Pick<IncomingMessage, 'headers' | 'socket'>

test('T06: without trusted proxies nobody can say who they are', () => {
  const addressOf = createAddressOf([])

  expect(addressOf(request('203.0.113.9', '10.0.0.1'))).toBe('203.0.113.9')
  expect(addressOf(request('::ffff:203.0.113.9'))).toBe('203.0.113.9')
})

test.each([
  ['10.1.2.3', '198.51.100.7', '198.51.100.7'],
  ['10.1.2.3', '1.1.1.1, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
  ['10.1.2.3', '198.51.100.7, not an address', '10.1.2.3'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['fd00::5', '2001:db8::1', '2001:db8::1'],
  ['203.0.113.9', '198.51.100.7', '203.0.113.9'],
])(
  'T06, S2: behind a proxy the address of the client is known: %s that says %s is %s',
  (peer, forwarded, address) => {
    const addressOf = createAddressOf(['10.0.0.0/8', 'fd00::/8'])

    expect(addressOf(request(peer, forwarded))).toBe(address)
  },
)
