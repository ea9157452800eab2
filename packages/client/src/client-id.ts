const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** A UUIDv7: ids of one client sort by time. `crypto.randomUUID` is missing where a page is not served securely. */
export function clientId(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(10))
  const time = Math.floor(now).toString(16).padStart(12, '0')
  const [a, b] = [hex(random.subarray(0, 2)), hex(random.subarray(2))]
  // The version is 7; the variant digit is one of 8, 9, a, b.
  const variant = '89ab'[(random[2] ?? 0) % 4]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(1)}-${variant}${b.slice(1, 4)}-${b.slice(4)}`
}
