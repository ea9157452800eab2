import { expect, test } from 'vitest'
import { LocalMessages, type LocalMessage } from './local-messages.ts'

test('nothing is written over what an earlier client left before it was read', async () => {
  const saved: string[][] = []
  const messages = new LocalMessages({
    environment: { now: () => 0, report: () => {} },
    order: () => 1,
    isTold: () => false,
    settled: () => {},
    save: (all) => void saved.push(all.map(({ client_id }) => client_id)),
  })
  const earlier: LocalMessage = {
    client_id: 'earlier',
    fields: { conversation_id: 1, content: 'one' },
    created_at: '2026-01-01T00:00:00.000Z',
    state: 'sending',
  }

  void messages.add('later', { conversation_id: 1, content: 'two' })
  expect(saved).toEqual([])
  messages.restore([earlier])

  expect(saved).toEqual([['earlier', 'later']])
  expect(messages.due('1')?.fields.client_id).toBe('earlier')
})
