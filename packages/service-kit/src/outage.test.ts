import { expect, test } from 'vitest'
import { isOutage } from './outage.ts'

const coded = (code: string) => Object.assign(new Error('x'), { code })

test.each([
  ['a refused connection', coded('ECONNREFUSED')],
  ['a name that does not resolve now', coded('EAI_AGAIN')],
  ['a database that shuts down', coded('57P01')],
  ['a database that is starting up', coded('57P03')],
  ['a statement that took too long', coded('57014')],
  ['too many connections', coded('53300')],
  ['a full disk', coded('53100')],
  ['a standby that was not promoted yet', coded('25006')],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
  ['a connection that broke', new Error('Connection terminated unexpectedly')],
  ['one of several addresses that refused', new AggregateError([new Error('x'), coded('ECONNREFUSED')])],
  ['what was caused by one', new Error('migration failed', { cause: coded('08006') })],
])('%s is an outage', (_, err) => {
  expect(isOutage(err)).toBe(true)
})

test.each([
  ['a broken rule', coded('23505')],
  ['wrong SQL', coded('42601')],
  ['a fault of the program', new TypeError('x is not a function')],
  ['a missing file', coded('ENOENT')],
  ['what is no error', { code: 'ECONNREFUSED' }],
  ['nothing', undefined],
])('%s is none', (_, err) => {
  expect(isOutage(err)).toBe(false)
})
