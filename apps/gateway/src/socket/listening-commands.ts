import type { ClientFrameType, SubscriptionType } from '@parley/protocol'
import type { Reporter } from '../presence/reporter.ts'
import type { Watches } from '../presence/watches.ts'
import { acknowledge, readFields, type Command, type Run } from './command.ts'
import { withoutTopic, withTopic, type Topics } from './topics.ts'

/** Frames by which a socket says what it wants to hear, and whether somebody is there to hear it. */
export type ListeningFrame = Extract<ClientFrameType, 'presence' | 'watch' | 'subscribe' | 'unsubscribe'>

export interface ListeningOptions {
  reporter: Pick<Reporter, 'changed'>
  watches: Pick<Watches, 'set'>
}

export function listeningCommands({ reporter, watches }: ListeningOptions): Record<ListeningFrame, Run> {
  return {
    presence: async (command) => {
      const { peer } = command
      peer.isAway = readFields('presence', command.frame)['status'] === 'away'
      if (peer.caller) reporter.changed(peer.caller.user_id)
      acknowledge(command)
    },
    watch: async (command) => {
      const { user_ids } = readFields('watch', command.frame) as { user_ids: number[] }
      await watches.set(command.peer, user_ids)
      acknowledge(command)
    },
    subscribe: async (command) => changeTopics(command, 'subscribe', withTopic),
    unsubscribe: async (command) => changeTopics(command, 'unsubscribe', withoutTopic),
  }
}

function changeTopics(
  { peer, frame, asked }: Command,
  type: 'subscribe' | 'unsubscribe',
  change: (topics: Topics | undefined, type: SubscriptionType) => Topics,
): void {
  const { subscription_type } = readFields(type, frame) as { subscription_type: SubscriptionType }
  peer.topics = change(peer.topics, subscription_type)
  acknowledge({ peer, asked })
}
