// What one batch of a lane tells people, as one message for every gateway. A part has a line that says of which kind its
// frames are, whose sockets get them and how many bytes they have; then the frames, a line each:
//
//   d1025,2050 692
//   {"type":"chat_message",…}
//
// JSON text holds no raw line feed.

/** Durable, or such as may be lost. */
export type PersonFrameKind = 'd' | 'e'

export interface LanePart {
  kind: PersonFrameKind
  userIds: readonly number[]
  /** JSON text, a line each. */
  frames: string
}

/** A part of a message; parts stand one behind the other. */
export const encodeLanePart = ({ kind, userIds, frames }: LanePart): string =>
  `${kind}${userIds.join(',')} ${Buffer.byteLength(frames)}\n${frames}\n`

export interface LaneReader<Person> {
  find: (userId: number) => Person | undefined
  /** Frames for those who were found. Not called for a part that is for nobody here. */
  deliver: (people: readonly Person[], kind: PersonFrameKind, lines: Uint8Array) => void
}

const COMMA = 0x2c
const SPACE = 0x20
const LINE_FEED = 0x0a
const ZERO = 0x30
const DURABLE = 0x64

/** Goes through the parts of a message. The bytes that it hands out are the message's own. */
export function readLaneParts<Person>(message: Uint8Array, { find, deliver }: LaneReader<Person>): void {
  for (let at = 0; at < message.length;) {
    const kind = message[at] === DURABLE ? 'd' : 'e'
    const people: Person[] = []
    let number = 0
    for (at++; message[at] !== LINE_FEED; at++) {
      const byte = message[at]
      if (byte === undefined) return
      if (byte !== COMMA && byte !== SPACE) {
        number = number * 10 + (byte - ZERO)
        continue
      }
      const person = find(number)
      if (person !== undefined) people.push(person)
      number = 0
    }
    const end = at + 1 + number
    if (people.length > 0) deliver(people, kind, message.subarray(at + 1, end))
    at = end + 1
  }
}
