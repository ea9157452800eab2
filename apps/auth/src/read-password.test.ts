import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { readPassword } from './read-password.ts'

function source(isTerminal: boolean) {
  const input = new PassThrough()
  const output = new PassThrough({ encoding: 'utf8' })
  const password = readPassword({ input, output, isTerminal })
  return { input, password, shown: () => (output.read() as string | null) ?? '' }
}

test('a terminal is asked twice and does not show what is typed', async () => {
  const { input, password, shown } = source(true)

  input.write('a good onex\x7f\r')
  input.write('a good one\r')

  expect(await password).toBe('a good one')
  expect(shown()).toBe('Password: \nThe same again: \n')
})

test('two passwords that differ are refused, and so is none', async () => {
  const different = source(true)
  different.input.write('a good one\ranother one\r')
  const interrupted = source(true)
  interrupted.input.write('a good\x03')
  const empty = source(false)
  empty.input.end()

  await expect(different.password).rejects.toThrow('the two passwords differ')
  await expect(interrupted.password).rejects.toThrow('no password was given')
  await expect(empty.password).rejects.toThrow('no password was given')
})

test('else the password is the first line, whatever comes after it or whether anything does', async () => {
  const lines = source(false)
  lines.input.end(' a good one \r\nanother line\n')
  const unended = source(false)
  unended.input.write('a good one\n')
  const lastLine = source(false)
  lastLine.input.end('a good one')

  expect(await lines.password).toBe(' a good one ')
  expect(await unended.password).toBe('a good one')
  expect(await lastLine.password).toBe('a good one')
  expect(lines.shown()).toBe('')
})
