import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'

export type AddressOf = (req: Pick<IncomingMessage, 'headers' | 'socket'>) => string

/** Who is at the other end: the peer, or what a trusted proxy says it is. Nobody else's headers are believed. */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const trusted = new BlockList()
  for (const entry of trustedProxies) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

  return ({ headers, socket }) => {
    let address = plain(socket.remoteAddress ?? '')
    if (trustedProxies.length === 0) return address
    const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
    // From the nearest hop outwards, as long as the one who said it is trusted.
    while (isTrusted(address)) {
      const next = plain(hops.pop()?.trim() ?? '')
      if (isIP(next) === 0) break
      address = next
    }
    return address
  }
}

/** What one customer has: a whole /64 of IPv6 addresses. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::`
}

/** IPv4 on an IPv6 socket is written as IPv4. */
const plain = (address: string): string => address.replace(/^::ffff:(?=[0-9.]+$)/, '')
