import { listNewerMessages, type Message, type ServerEventOf } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import type { Commands } from '../socket/commands.ts'
import type { Peer } from '../socket/peer.ts'
import { writeBytes } from '../socket/replay.ts'
import type { Ask } from './ask.ts'
import type { LegacySocket } from './legacy-socket.ts'

/** Tells what is newer than the message that a client names as its last one. What is live meanwhile waits, and follows. */
export async function tellNewer(
  { peer, legacy }: { peer: Peer; legacy: LegacySocket },
  { ask, refuse }: { ask: Ask; refuse: Commands['refuse'] },
): Promise<void> {
  if (legacy.since === null) return
  const { conversation_id } = legacy.scope
  let message_id = Number(legacy.since)
  try {
    for (let hasMore = true; hasMore && !peer.isClosing;) {
      const { items, has_more } = await ask(listNewerMessages, peer, { message_id, conversation_id })
      for (const bytes of items.flatMap((message) => legacy.tellNewer(eventOf(message))))
        await writeBytes(peer, bytes)
      message_id = items.at(-1)?.id ?? message_id
      hasMore = has_more
    }
  } catch (err) {
    if (!(err instanceof RpcError) || !['invalid', 'message_not_found'].includes(err.code)) throw err
    // The socket is good for what comes from here on.
    refuse(peer, {}, err)
  }
}

function eventOf(message: Message): ServerEventOf<'chat_message'> {
  const { conversation_id, seq, rev } = message
  return { type: 'chat_message', conversation_id, seq, rev, message }
}
