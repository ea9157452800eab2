import { SubscriptionType } from '@parley/protocol'

/** Kinds of frames that a socket gets. */
export type Topics = ReadonlySet<SubscriptionType>

/** The first subscription narrows from all to that one. */
export const withTopic = (topics: Topics | undefined, type: SubscriptionType): Topics =>
  new Set(topics).add(type)

export const withoutTopic = (topics: Topics | undefined, type: SubscriptionType): Topics =>
  new Set([...(topics ?? SubscriptionType.options)].filter((other) => other !== type))

const others: Readonly<Record<string, SubscriptionType>> = {
  new_match: 'matches',
  match_removed: 'matches',
  notify: 'notifications',
}
/** What every frame begins with. */
const START = '{"type":"'

const topicOf = (frame: string): SubscriptionType =>
  others[frame.slice(START.length, frame.indexOf('"', START.length))] ?? 'conversations'

/** Those frames that a socket gets. The type is read off their beginning; nothing is parsed. */
export const wantedFrames = (frames: readonly string[], topics: Topics | undefined): readonly string[] =>
  topics === undefined ? frames : frames.filter((frame) => topics.has(topicOf(frame)))
