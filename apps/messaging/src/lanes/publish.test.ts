import { readLaneParts, tracesOf } from '@parley/service-kit'
import { describe, expect, test } from 'vitest'
import type { Outgoing } from '../domain/outgoing.ts'
import { publish, type Outward } from './publish.ts'

interface Said {
  subject: string
  says: unknown
  traces?: readonly string[]
  isTimed?: true
}

const text = new TextDecoder()

function partsOf(message: Uint8Array): unknown[] {
  const parts: unknown[] = []
  readLaneParts(message, {
    find: (userId) => userId,
    deliver: (to, kind, lines) => parts.push({ kind, to, lines: text.decode(lines).split('\n') }),
  })
  return parts
}

/** What is said on which subjects. */
function said(together: string | undefined, outgoing: readonly Outgoing[], isTimed = false): Said[] {
  const messages: Said[] = []
  const nats: Outward['nats'] = {
    publish: (subject, payload = '', options) => {
      const bytes = Buffer.from(payload as string)
      const stamp = options?.headers
      const traces = stamp ? tracesOf(stamp) : []
      messages.push({
        subject,
        says: subject === together ? partsOf(bytes) : bytes.toString().split('\n'),
        ...(traces.length > 0 && { traces }),
        ...(stamp?.has('Parley-Committed-At') && { isTimed: true }),
      })
    },
  }
  publish({ nats, together }, outgoing, isTimed)
  return messages
}

const [pair, other, topic] = [[257, 514], [771], { topic: 1_028 }]

describe('sending what a batch tells', () => {
  test('by person, each of them gets the frames of one kind together', () => {
    const outgoing: Outgoing[] = [
      { to: pair, kind: 'd', frame: '1' },
      { to: other, kind: 'd', frame: '2' },
      { to: pair, kind: 'd', frame: '3' },
    ]
    expect(said(undefined, outgoing, true)).toEqual([
      { subject: 'u.1.257.d', says: ['1', '3'], isTimed: true },
      { subject: 'u.2.514.d', says: ['1', '3'], isTimed: true },
      { subject: 'u.3.771.d', says: ['2'] },
    ])
  })

  test('by lane, it is one message', () => {
    const outgoing: Outgoing[] = [
      { to: pair, kind: 'd', frame: '1' },
      { to: other, kind: 'e', frame: '2' },
      { to: pair, kind: 'd', frame: '3' },
    ]
    const parts = [
      { kind: 'd', to: pair, lines: ['1', '3'] },
      { kind: 'e', to: other, lines: ['2'] },
    ]
    expect(said('f.1', outgoing, true)).toEqual([{ subject: 'f.1', says: parts, isTimed: true }])
  })

  test('by lane, control, conversations that people look at and traces go by themselves, and in their order', () => {
    const outgoing: Outgoing[] = [
      { to: pair, kind: 'd', frame: '1' },
      { to: other, kind: 'c', frame: '2' },
      { to: [...pair], kind: 'd', frame: '3' },
      { to: topic, kind: 'd', frame: '4' },
      { to: [...pair], kind: 'd', frame: '5', trace: 'a trace' },
      { to: other, kind: 'd', frame: '6' },
    ]
    expect(said('f.1', outgoing)).toEqual([
      { subject: 'f.1', says: [{ kind: 'd', to: pair, lines: ['1'] }] },
      { subject: 'u.3.771.c', says: ['2'] },
      { subject: 'f.1', says: [{ kind: 'd', to: pair, lines: ['3'] }] },
      { subject: 'c.4.1028.d', says: ['4'] },
      { subject: 'u.1.257.d', says: ['5'], traces: ['a trace'] },
      { subject: 'u.2.514.d', says: ['5'], traces: ['a trace'] },
      { subject: 'f.1', says: [{ kind: 'd', to: other, lines: ['6'] }] },
    ])
  })

  test('by lane, what is long is several messages, none of them longer than NATS carries', () => {
    const frames = Array.from({ length: 100 }, (_, i) =>
      JSON.stringify({ n: i, content: 'ж'.repeat(10_000) }),
    )
    const messages = said(
      'f.1',
      frames.map((frame) => ({ to: [...other], kind: 'd', frame })),
    )
    const parts = messages.flatMap(({ says }) => says as { lines: string[] }[])
    expect(parts.flatMap(({ lines }) => lines)).toEqual(frames)
    expect(messages.length).toBeGreaterThan(3)
    const largest = Math.max(...messages.map(({ says }) => Buffer.byteLength(JSON.stringify(says))))
    expect(largest).toBeLessThan(1_048_576)
  })

  test('what nobody is there for is not sent', () => {
    expect(said('f.1', [])).toEqual([])
  })
})
