import { describeLanes, type Output } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'

export type LaneInfo = Output<typeof describeLanes>

const FRESH_MS = 30_000

/** What messaging says of its lanes and limits, asked at most every 30 s and anew after the bus was lost. */
export function createLaneInfo(
  bus: Pick<Bus, 'call' | 'onReconnect'>,
  learn: (info: LaneInfo) => void,
): () => Promise<LaneInfo> {
  let asked: { at: number; answer: Promise<LaneInfo> } | undefined
  bus.onReconnect(() => (asked = undefined))
  return () => {
    if (asked && performance.now() - asked.at < FRESH_MS) return asked.answer
    const answer = bus.call(describeLanes, {})
    const mine = { at: performance.now(), answer }
    asked = mine
    answer.then(learn, () => {
      if (asked === mine) asked = undefined
    })
    return answer
  }
}
