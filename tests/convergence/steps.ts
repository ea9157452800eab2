import type { LiveConversation } from '@parley/client/state'
import * as fc from 'fast-check'
import { createRandom } from '../faults/random.ts'
import type { Device } from './device.ts'

const kinds = [
  ...([
    'send',
    'reply',
    'quote',
    'edit',
    'delete',
    'hide',
    'react',
    'read',
    'unread',
    'pin',
    'draft',
  ] as const),
  ...(['add', 'remove', 'leave', 'rename', 'mine', 'cut', 'reload'] as const),
]
type Kind = (typeof kinds)[number]

/** What one device does, and how long nothing happens after it. */
export interface Step {
  device: number
  kind: Kind
  /** Which message, which person, which way. */
  choice: number
  pauseMs: number
}

export interface Story {
  steps: readonly Step[]
  weather: number
}

const weightOf = (kind: Kind): number => (kind === 'send' ? 6 : kind === 'leave' || kind === 'remove' ? 1 : 2)

/** Small numbers are the simplest: what fails is made shorter, then earlier, then plainer. */
export const storyOf = (devices: number): fc.Arbitrary<Story> =>
  fc.record({
    steps: fc.array(
      fc.record({
        device: fc.nat(devices - 1),
        kind: fc.oneof(...kinds.map((kind) => ({ weight: weightOf(kind), arbitrary: fc.constant(kind) }))),
        choice: fc.nat(11),
        pauseMs: fc.constantFrom(0, 0, 0, 5, 20, 60),
      }),
      { minLength: 1, maxLength: 40, size: 'max' },
    ),
    weather: fc.nat(1_000_000),
  })

export interface Scene {
  devices: readonly Device[]
  people: readonly number[]
  room: number
}

/** Does what a step says; what it names need not be there. Gives what it waits for, which may be refused. */
export async function perform({ devices, people, room }: Scene, step: Step): Promise<unknown> {
  const { kind, choice } = step
  const device = devices[step.device] as Device
  const { client, room: live } = device
  const conversation_id = room
  const message = pick(live.messages.get(), choice)
  const message_id = message?.id ?? null
  const user_id = people[choice % people.length] as number
  switch (kind) {
    case 'send':
      return live.send(`${client.user.get()?.username ?? ''} ${choice}`).acked
    case 'reply':
      return message_id && live.send(`answer ${choice}`, { parent_message_id: message_id }).acked
    case 'quote':
      return message_id && live.send(`quote ${choice}`, { quoted_message_id: message_id }).acked
    case 'edit':
      return message && live.edit(message, `edit ${choice} @${pick(names(live), choice) ?? ''}`)
    case 'delete':
      return message && live.delete(message)
    case 'hide':
      return message && live.delete(message, { for: 'me' })
    case 'react':
      return message && live.react(message, choice % 2 ? '👍' : '❤️')
    case 'read':
      return message?.seq && client.markRead(room, message.seq)
    case 'unread':
      return client.call('messaging.mark_unread', {
        conversation_id,
        ...(message?.seq && { seq: message.seq }),
      })
    case 'pin':
      if (!message_id) return undefined
      return client.call(choice % 3 ? 'messaging.pin_message' : 'messaging.unpin_message', { message_id })
    case 'draft':
      return client.call('messaging.put_draft', {
        conversation_id,
        content: choice % 4 ? `draft ${choice}` : '',
      })
    case 'add':
      return client.call('messaging.add_members', { conversation_id, user_ids: [user_id] })
    case 'remove':
      return client.call('messaging.remove_member', { conversation_id, user_id })
    case 'leave':
      return client.call('messaging.remove_member', { conversation_id, user_id: client.user.get()?.id ?? 0 })
    case 'rename':
      return client.call('messaging.update_conversation', { conversation_id, title: `title ${choice}` })
    case 'mine':
      return client.call('messaging.update_conversation', {
        conversation_id,
        ...(choice % 2 ? { is_pinned: choice > 5 } : { is_archived: choice > 5 }),
      })
    case 'cut':
      return device.cut()
    case 'reload':
      return device.reload()
  }
}

const pick = <T>(items: readonly T[], choice: number): T | undefined =>
  items.length > 0 ? createRandom(choice).pick(items) : undefined

const names = (live: LiveConversation): string[] => live.members.get().map(({ user }) => user.username)
