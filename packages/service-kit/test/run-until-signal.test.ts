import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from '@parley/testkit'
import { expect, onTestFinished, test } from 'vitest'

/** A service as a process of its own, with what it wrote so far. */
function run(fault = 'none') {
  const file = fileURLToPath(new URL('fixture/service.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@parley/source', file, fault])
  onTestFinished(() => void child.kill('SIGKILL'))
  const written = { out: '', err: '' }
  child.stdout.on('data', (data: Buffer) => (written.out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (written.err += data.toString()))
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const says = (text: string) => eventually(() => expect(written.out).toContain(text), { timeoutMs: 20_000 })
  return { child, written, ended, says }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s closes the service, and the process ends well',
  async (signal) => {
    const { child, written, ended, says } = run()
    await says('ready')

    child.kill(signal)

    expect(await ended).toEqual([0, null])
    expect(written).toEqual({ out: 'ready\nclosing\n', err: '' })
  },
)

test('a start that fails closes what was started, says why in one line, and ends with 1', async () => {
  const { written, ended } = run('start-fails')

  expect(await ended).toEqual([1, null])
  expect(written).toEqual({ out: 'closing\n', err: 'settings are missing\n' })
})

test('a close that fails says what did not close, and ends with 1', async () => {
  const { child, written, ended, says } = run('close-fails')
  await says('ready')

  child.kill('SIGTERM')

  expect(await ended).toEqual([1, null])
  expect(written.err).toBe('some parts did not close: the bus hangs\n')
})

test('a second signal ends a close that hangs', async () => {
  const { child, ended, says } = run('close-hangs')
  await says('ready')
  child.kill('SIGTERM')
  await says('closing')

  child.kill('SIGTERM')

  expect(await ended).toEqual([1, null])
})
