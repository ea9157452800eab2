// An outbox row holds two lines a frame: its kind and audience, and its JSON.
//
//   d1025,2050        durable, to two people
//   dc3075            durable, to those who are attached to a conversation
//   c1025             control for the gateways of a person
import { isTopic, type Audience, type Outgoing } from '../domain/outgoing.ts'

export const encodeOutgoing = (outgoing: readonly Outgoing[]): string =>
  outgoing.map(({ to, kind, frame }) => `${kind}${audienceText(to)}\n${frame}`).join('\n')

const audienceText = (to: Audience): string => (isTopic(to) ? `c${to.topic}` : to.join(','))

export function decodeOutgoing(payload: string): Outgoing[] {
  if (payload === '') return []
  const lines = payload.split('\n')
  return Array.from({ length: lines.length / 2 }, (_, i) => {
    const line = lines[2 * i] as string
    return {
      to: readAudience(line.slice(1)),
      kind: line.startsWith('c') ? 'c' : 'd',
      frame: lines[2 * i + 1] as string,
    }
  })
}

const readAudience = (text: string): Audience =>
  text.startsWith('c') ? { topic: Number(text.slice(1)) } : text.split(',').map(Number)
