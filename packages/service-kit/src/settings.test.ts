import { expect, test } from 'vitest'
import * as z from 'zod'
import { commonSettings, databaseSettings, readSettings, wholeNumber } from './settings.ts'

const schema = z.object({ ...commonSettings, ...databaseSettings, LANES: wholeNumber(1, 256) })
const given = { NATS_URL: 'nats://127.0.0.1:4222', DATABASE_URL: 'postgres://x', LANES: '4' }

test('settings are read from text, with defaults for those that have one', () => {
  expect(readSettings(schema, given)).toMatchObject({
    ...given,
    LANES: 4,
    INSTANCE: '',
    NATS_NKEY_FILE: '',
    NATS_CA_FILE: '',
    PROBE_PORT: 0,
    PROBE_HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    DATABASE_POOL: 10,
    MIGRATE_AT_START: true,
  })
})

test('one message names every setting that is missing or wrong', () => {
  const wrong = { DATABASE_URL: 'postgres://x', LANES: '0', PROBE_PORT: 'http', LOG_LEVEL: 'loud' }

  expect(() => readSettings(schema, wrong)).toThrow(
    /^settings are missing or wrong:\n(?=[^]*NATS_URL: )(?=[^]*LANES: )(?=[^]*PROBE_PORT: )(?=[^]*LOG_LEVEL: )/,
  )
})

test('an empty text counts as absent', () => {
  expect(readSettings(schema, { ...given, PROBE_HOST: '' }).PROBE_HOST).toBe('127.0.0.1')
  expect(() => readSettings(schema, { ...given, NATS_URL: '' })).toThrow('NATS_URL')
})

test('what a wrong setting holds is not shown', () => {
  const secret = z.object({ SECRET: z.string().min(32) })

  expect(() => readSettings(secret, { SECRET: 'hunter2' })).toThrow(/^(?![^]*hunter2)/)
})

test('a number that is no whole number in its bounds is refused', () => {
  for (const LANES of ['1.5', '257', '-1', 'four', '1e9', ' ']) {
    expect(() => readSettings(schema, { ...given, LANES }), LANES).toThrow('LANES')
  }
})

test('what other programs set is left alone', () => {
  expect(readSettings(schema, { ...given, PATH: '/bin' })).not.toHaveProperty('PATH')
})
