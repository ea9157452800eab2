import { subjects } from '@parley/protocol'
import type { Bus, Check, Logger } from '@parley/service-kit'
import type { NoteDelivery } from './delivery-notes.ts'

export interface HearLanesOptions {
  bus: Pick<Bus, 'nats'>
  /** What a lane tells people, in one message. */
  receive: (parts: Uint8Array) => void
  noteDelivery: NoteDelivery
  /** Something may have been missed. */
  onHeardAgain: () => void
  log: Logger
}

export interface LaneEar extends AsyncDisposable {
  check: Check
}

const AGAIN_MS = 1_000

/**
 * Hears what lanes tell people. NATS may learn later than a gateway starts that it has a right to that: it asks again until
 * it has, and is not ready before.
 */
export function hearLanes({ bus, receive, noteDelivery, onHeardAgain, log }: HearLanesOptions): LaneEar {
  const { nats } = bus
  let state: 'asked' | 'heard' | 'refused' = 'asked'
  let timer: NodeJS.Timeout | undefined

  const subscribe = (): void => {
    let isRefused = false
    nats.subscribe(subjects.laneFramesAll, {
      callback: (err, message) => {
        if (!err) {
          receive(message.data)
          if (message.headers) noteDelivery(message.headers)
          return
        }
        if (state !== 'refused') log.error({ err }, 'the frames of lanes cannot be heard')
        isRefused = true
        state = 'refused'
        timer = setTimeout(subscribe, AGAIN_MS)
      },
    })
    // A refusal comes before the answer to this. Where neither comes, the connection is lost, and what is found again asks again.
    nats.flush().then(
      () => {
        if (isRefused) return
        if (state === 'refused') onHeardAgain()
        state = 'heard'
      },
      () => undefined,
    )
  }
  subscribe()
  return {
    check: async () => (state === 'refused' ? 'NATS refuses the frames of lanes' : undefined),
    [Symbol.asyncDispose]: async () => clearTimeout(timer),
  }
}
