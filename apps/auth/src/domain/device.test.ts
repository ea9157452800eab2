import { expect, test } from 'vitest'
import { deviceName } from './device.ts'

test('a device is named by its User-Agent, cut to what a list can show', () => {
  expect(deviceName('Firefox/140 \0')).toBe('Firefox/140')
  expect(deviceName('x'.repeat(300))).toHaveLength(256)
  expect(deviceName(`${'x'.repeat(255)}😀`)).toBe(`${'x'.repeat(255)}\ufffd`)
})

test('no User-Agent is no name', () => {
  expect(deviceName(undefined)).toBeNull()
  expect(deviceName(' ')).toBeNull()
})
