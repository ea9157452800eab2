/** What becomes of a message on its way to one connection: `later` is behind the next one. */
export type Fate = 'once' | 'twice' | 'later' | 'never'

const LINE_END = '\r\n'
const MESSAGE = /^H?MSG (\S+) .*?(\d+)$/

/**
 * A filter for what nats-server says to one client, which tells messages apart and asks what becomes of each. It must
 * have been there from the connection's first byte.
 */
export function natsFilter(fateOf: (subject: string) => Fate): (bytes: Buffer) => readonly Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  let later: Buffer[] = []

  const treated = (whole: Buffer, subject: string): Buffer[] => {
    const fate = fateOf(subject)
    if (fate === 'later') {
      later.push(whole)
      return []
    }
    const passing = fate === 'never' ? [] : fate === 'twice' ? [whole, whole] : [whole]
    const due = later
    later = []
    return [...passing, ...due]
  }
  return (bytes) => {
    const all = Buffer.concat([rest, bytes])
    const passing: Buffer[] = []
    let at = 0
    for (;;) {
      const lineEnd = all.indexOf(LINE_END, at)
      if (lineEnd === -1) break
      const [, subject, size] = MESSAGE.exec(all.toString('latin1', at, lineEnd)) ?? []
      const end = lineEnd + LINE_END.length + (subject === undefined ? 0 : Number(size) + LINE_END.length)
      if (end > all.length) break
      const whole = all.subarray(at, end)
      passing.push(...(subject === undefined ? [whole] : treated(whole, subject)))
      at = end
    }
    rest = all.subarray(at)
    return passing.length > 0 ? [Buffer.concat(passing)] : []
  }
}
