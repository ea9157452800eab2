import { expect, test } from 'vitest'
import { editMessage } from './edit-message.ts'
import { sendMessage } from './send-message.ts'

const faults = (schema: typeof sendMessage.input | typeof editMessage.input, input: unknown) =>
  schema.safeParse(input).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? []

test.each(['', '  \n\t', '\u00a0\u2003'])(
  'a message that says nothing is refused with its field: %j',
  (content) => {
    const attachments = [{ url: 'https://example.com/a.pdf' }]

    expect(faults(sendMessage.input, { conversation_id: 1, content })).toEqual([
      'content is required where there is no attachment',
    ])
    expect(faults(sendMessage.input, { conversation_id: 1, content, attachments })).toEqual([])
    expect(faults(editMessage.input, { message_id: 1, content }).join()).toMatch(/^content /)
  },
)

test('what is no text is refused as that alone', () => {
  expect(faults(sendMessage.input, { conversation_id: 1, content: 7 })).toEqual([
    expect.stringMatching(/^content .*expected string/),
  ])
})

test('what is said keeps its spaces', () => {
  expect(sendMessage.input.parse({ conversation_id: 1, content: ' a ' }).content).toBe(' a ')
  expect(editMessage.input.parse({ message_id: 1, content: '\na ' }).content).toBe('\na ')
})
