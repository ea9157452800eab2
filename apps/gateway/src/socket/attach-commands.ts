import type { ClientFrameType } from '@parley/protocol'
import type { Forward } from '../forward.ts'
import { ackText } from './answers.ts'
import type { Attachments } from './attachments.ts'
import { acknowledge, invalid, readFields, type Command, type Run } from './command.ts'
import { inTurn, replayChanges } from './replay.ts'

/** Frames by which a socket says at which conversations it looks. */
export type AttachFrame = Extract<ClientFrameType, 'attach' | 'detach'>

export interface AttachOptions {
  attachments: Attachments
  forward: Forward
}

type Asked = { conversation_id: number; after_rev?: number }

export function attachCommands(options: AttachOptions): Record<AttachFrame, Run> {
  const { attachments } = options
  return {
    attach: async (command) => {
      const { peer, frame } = command
      const asked = readFields('attach', frame) as Asked
      const { conversation_id } = asked
      const wasAttached = peer.attached.has(conversation_id)
      attachments.reserve(peer, conversation_id)
      try {
        await inTurn(peer, () => attachNow(command, asked, options))
      } catch (err) {
        if (!wasAttached) attachments.detach(peer, conversation_id)
        throw err
      }
    },
    detach: async ({ peer, frame, asked }) => {
      const { conversation_id } = readFields('detach', frame) as Asked
      attachments.detach(peer, conversation_id)
      acknowledge({ peer, asked })
    },
  }
}

async function attachNow(
  { peer, asked }: Command,
  { conversation_id, after_rev }: Asked,
  { attachments, forward }: AttachOptions,
): Promise<void> {
  // Removals are told to a person's sockets, which is what hello begins.
  if (!peer.isJoined) throw invalid('type', 'hello comes first')
  const rev = await attachments.attach(peer, conversation_id)
  const replayed =
    after_rev === undefined ? 0 : await replayChanges(forward, peer, { conversation_id, after_rev })
  // Live frames have waited, and follow the ack.
  peer.send(ackText(asked, JSON.stringify({ conversation_id, rev: Math.max(rev, replayed) })))
}
