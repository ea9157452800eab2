import { expect, test } from 'vitest'
import { createAdmission, type AdmissionOptions, type Guest, type Place } from './admission.ts'

const siblings: AdmissionOptions['siblings'] = {
  topic: () => ({ tell: () => undefined }),
  onGone: () => undefined,
}
const open = { siblings, factor: 0.01, mostSockets: 100, perSecond: 1_000, isOverloaded: () => false }
const guest = (place: Place): Guest => ({
  place,
  isStranger: false,
  isCounted: true,
  setStranger: () => undefined,
  close: () => undefined,
})

test('the addresses of one IPv6 network are one place', () => {
  const admission = createAdmission(open)
  const places = ['2001:db8:0:7::1', '2001:db8:0:7:aaaa:bbbb:cccc:dddd', '2001:0db8:0:7::2'].map((address) =>
    admission.enter(address),
  )

  expect(places[0]).toBe(places[1])
  expect(admission.refusal('2001:db8:0:7::9')?.code).toBe('rate_limited')
  expect(admission.refusal('2001:db8:0:8::9')).toBeUndefined()
})

test('a place that is left has room again', () => {
  const admission = createAdmission(open)
  const guests = [guest(admission.enter('192.0.2.1')), guest(admission.enter('192.0.2.1'))]
  const refused = admission.refusal('192.0.2.1')
  for (const one of guests) admission.leave(one)

  expect(refused).toMatchObject({ code: 'rate_limited', retry_after_ms: 5_000 })
  expect(admission.refusal('192.0.2.1')).toBeUndefined()
})

test('an overloaded or stopping process lets nobody in', () => {
  let isOverloaded = true
  const admission = createAdmission({ ...open, isOverloaded: () => isOverloaded })
  const overloaded = admission.refusal('192.0.2.1')
  isOverloaded = false
  const calm = admission.refusal('192.0.2.1')
  admission.close()

  expect([overloaded?.code, calm, admission.refusal('192.0.2.1')?.code]).toEqual([
    'unavailable',
    undefined,
    'unavailable',
  ])
})
