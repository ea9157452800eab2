import { probe } from './probe.ts'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { useChatWebSocket, useNotificationWebSocket, useWebSocket } from '../src/compat/index.ts'
import { pair, runSystem } from './system.ts'

const patiently = { timeoutMs: 20_000 }
const come = runSystem()

test('useWebSocket gives one conversation as its page has it', async () => {
  await using stack = new AsyncDisposableStack()
  const { ada, ben, room } = await pair(come, stack)
  using adas = await probe(ada, () => useWebSocket(room))
  using bens = await probe(ben, () => useWebSocket(room))
  using idle = await probe(ada, () => useWebSocket(null))
  await eventually(() => expect(adas.now.onlineUsers[ben.id]).toBe(true), patiently)

  adas.now.sendTypingIndicator(true)
  await eventually(() => expect(bens.now.typingUsers).toEqual({ [ada.id]: 'ada' }))
  adas.now.sendMessage('Hello')
  await eventually(() => expect(bens.now.messages).toHaveLength(1))
  const [hello] = bens.now.messages
  if (!hello) throw new Error('nothing is shown')
  expect(hello).toMatchObject({ content: 'Hello', is_read: false, is_edited: false, parent_message_id: null })
  bens.now.sendReadReceipt(hello.id)
  bens.now.sendReaction(hello.id, '👍')
  bens.now.sendMessage('Hello yourself', hello.id)
  await eventually(() =>
    expect(adas.now.messages).toMatchObject([
      { read_by: [ben.id], reactions: { '👍': [ben.id] } },
      { content: 'Hello yourself', parent_message_id: hello.id },
    ]),
  )
  bens.now.sendReaction(hello.id, '👍')
  adas.now.editMessage(hello.id, 'Hello, Ben')
  await eventually(() =>
    expect(bens.now.messages[0]).toMatchObject({ content: 'Hello, Ben', is_edited: true, reactions: {} }),
  )
  adas.now.deleteMessage(hello.id)
  await eventually(() =>
    expect(bens.now.messages[0]).toMatchObject({ content: 'Message deleted', is_deleted: true }),
  )

  idle.now.sendMessage('to nobody')
  expect(idle.now).toMatchObject({ messages: [], typingUsers: {}, onlineUsers: {}, isConnected: false })
})

test('useChatWebSocket gives what has come, and sends to a person; without a token it gives nothing', async () => {
  await using ada = await come('ada')
  await using ben = await come('ben')
  using adas = await probe(ada, () => useChatWebSocket('a token'))
  using bens = await probe(ben, () => useChatWebSocket('a token'))
  using without = await probe(ben, () => useChatWebSocket(null))
  expect(bens.now.isConnected).toBe(true)

  adas.now.sendMessage(String(ben.id), 'Hello', 'https://example.com/file.pdf')
  await eventually(() => expect(bens.now.messages).toHaveLength(1), patiently)

  expect(bens.now.messages).toEqual([
    {
      id: expect.any(Number),
      senderId: ada.id,
      senderName: 'ada',
      message: 'Hello',
      attachment: 'https://example.com/file.pdf',
      timestamp: expect.stringMatching(/Z$/),
    },
  ])
  await eventually(() => expect(ada.client.localMessages.get()).toEqual([]))
  expect(adas.now.messages).toEqual([])
  expect(without.now).toMatchObject({ messages: [], isConnected: false })
})

test('useNotificationWebSocket gives notifications, oldest first', async () => {
  await using ada = await come('ada')
  await using ben = await come('ben')
  await using eva = await come('eva')
  using shown = await probe(ada, () => useNotificationWebSocket('a token'))
  expect(shown.now.isConnected).toBe(true)
  for (const { client, id } of [ben, eva]) {
    await ada.client.call('matching.like', { user_id: id })
    await client.call('matching.like', { user_id: ada.id })
  }

  await eventually(() => expect(shown.now.notifications).toHaveLength(2), patiently)

  const [first, second] = shown.now.notifications
  expect(first).toMatchObject({ id: expect.any(Number), title: expect.any(String), type: 'match' })
  expect((first?.timestamp ?? '') <= (second?.timestamp ?? '')).toBe(true)
})
