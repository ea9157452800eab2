import type { ShownMessage } from '@parley/client/state'
import { expect, test } from 'vitest'
import { loadBackTo, reach } from './load-back.ts'

const said = (seq: number) => ({ id: seq * 10, seq }) as ShownMessage

/** A conversation of messages from 1 on that gives three older ones at once, and is begun anew with the last three when told. */
function conversationOf(last: number, hidden: readonly number[] = []) {
  let from = last - 2
  const all = Array.from({ length: last }, (_, index) => said(index + 1))
  return {
    id: 1,
    beginsAnew: 0,
    messages: {
      get: () => all.filter(({ seq }) => seq! >= from && !hidden.includes(seq!)),
      subscribe: () => () => {},
    },
    history: {
      get: () => ({ isLoaded: true, isLoading: false, hasOlder: from > 1, error: undefined }),
      subscribe: () => () => {},
    },
    async loadOlder() {
      from = this.beginsAnew-- > 0 ? last - 2 : Math.max(1, from - 3)
    },
  }
}

const at = (seq: number, conversation_id = 1) => ({
  id: seq * 10,
  find: async () => ({ seq, conversation_id }),
  signal: new AbortController().signal,
})

test('older messages are loaded until the one that is looked for is here', async () => {
  const conversation = conversationOf(12)

  await reach(conversation, at(5))

  expect(conversation.messages.get().map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12])
})

test('a message that is hidden, or stands in another conversation, is not found', async () => {
  await expect(reach(conversationOf(12, [5]), at(5))).rejects.toMatchObject({ code: 'message_not_found' })
  await expect(reach(conversationOf(12, [1]), at(1))).rejects.toMatchObject({ code: 'message_not_found' })
  await expect(reach(conversationOf(12), at(5, 2))).rejects.toMatchObject({ code: 'message_not_found' })
})

test('where the conversation is begun anew meanwhile, a message is looked for again', async () => {
  const conversation = conversationOf(12)
  conversation.beginsAnew = 2
  expect(await loadBackTo(conversation, 5)).toBe(false)

  await reach(conversation, at(5))

  expect(conversation.messages.get().some(({ seq }) => seq === 5)).toBe(true)
})

test('whoever has left looks for nothing', async () => {
  const conversation = conversationOf(12)

  await reach(conversation, { ...at(5), signal: AbortSignal.abort() })

  expect(conversation.messages.get()).toHaveLength(3)
})
