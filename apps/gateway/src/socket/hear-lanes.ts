import { subjects } from '@parley/protocol'
import type { Bus, Check, Logger } from '@parley/service-kit'
import type { NoteDelivery } from './delivery-notes.ts'

export interface HearLanesOptions {
  bus: Pick<Bus, 'nats'>
  confirm: () => Promise<void>
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
 * it has, and is not ready as long as it is refused.
 */
export function hearLanes(options: HearLanesOptions): LaneEar {
  const { bus, confirm, receive, noteDelivery, onHeardAgain, log } = options
  let isRefused = false
  let timer: NodeJS.Timeout | undefined

  const subscribe = (): void => {
    const subscription = bus.nats.subscribe(subjects.laneFramesAll, {
      callback: (err, message) => {
        if (err) return refused(err)
        receive(message.data)
        if (message.headers) noteDelivery(message.headers)
      },
    })
    // At first nothing speaks against it; a refusal will be heard.
    if (isRefused) void heard(subscription)
  }
  const refused = (err: Error): void => {
    if (!isRefused) log.error({ err }, 'the frames of lanes cannot be heard')
    isRefused = true
    timer = setTimeout(subscribe, AGAIN_MS)
  }
  /** A refusal, which ends the subscription, comes before the answer. */
  const heard = async (subscription: { isClosed(): boolean }): Promise<void> => {
    try {
      await confirm()
    } catch {
      timer = setTimeout(() => void heard(subscription), AGAIN_MS)
      return
    }
    if (subscription.isClosed()) return
    isRefused = false
    onHeardAgain()
  }

  subscribe()
  return {
    check: async () => (isRefused ? 'NATS refuses the frames of lanes' : undefined),
    [Symbol.asyncDispose]: async () => clearTimeout(timer),
  }
}
