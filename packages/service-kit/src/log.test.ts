import { expect, test } from 'vitest'
import { createLogLines } from '../test/log-lines.ts'
import { createLog } from './log.ts'

test('credentials and private texts are redacted at the top and two levels down', () => {
  const { log, lines } = createLogLines()
  const secrets = {
    authorization: 'Bearer x',
    cookie: 'x',
    password: 'x',
    new_password: 'x',
    current_password: 'x',
    token: 'x',
    access_token: 'x',
    refresh_token: 'x',
    ticket: 'x',
    content: 'x',
    email: 'x',
    phone: 'x',
    detail: 'x',
  }
  const redacted = Object.fromEntries(Object.keys(secrets).map((name) => [name, '[redacted]']))

  log.info({ ...secrets, input: secrets, req: { headers: secrets } }, 'said')

  expect(lines).toMatchObject([{ ...redacted, input: redacted, req: { headers: redacted }, msg: 'said' }])
})

test('what Postgres quotes of a row stays out of the log', () => {
  const { log, lines } = createLogLines()
  const err = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ada@x.org) exists.',
  })

  log.error({ err }, 'request failed')

  expect(lines).toMatchObject([{ err: { message: 'duplicate key', code: '23505' } }])
  expect(JSON.stringify(lines)).not.toContain('ada@x.org')
})

test('a line says when in UTC, which service and which instance', () => {
  const lines: Record<string, string>[] = []
  const destination = { write: (text: string) => void lines.push(JSON.parse(text) as Record<string, string>) }

  createLog({ service: 'auth', instance: 'auth-2', level: 'info', destination }).info('hello')
  createLog({ service: 'auth', instance: '', level: 'info', destination }).debug('not said')

  expect(lines).toMatchObject([{ service: 'auth', instance: 'auth-2', msg: 'hello' }])
  expect(lines[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})
