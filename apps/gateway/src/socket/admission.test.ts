import { expect, test } from 'vitest'
import { seeded, slowBus } from '../../test/slow-bus.ts'
import {
  createAdmission,
  type Admission,
  type AdmissionOptions,
  type Guest,
  type Place,
} from './admission.ts'

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
const stranger = (place: Place): Guest => {
  const one = {
    ...guest(place),
    setStranger: (isStranger: boolean): void => {
      if (one.isStranger === isStranger) return
      one.isStranger = isStranger
      place.changeStrangers(isStranger ? 1 : -1)
    },
  }
  one.setStranger(true)
  return one
}
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

test('of sockets that one address opens at several gateways at once, as many stay as it may have', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed)
    const { join, hear } = slowBus()
    const admissions = [0, 1, 2].map(() => createAdmission({ ...open, siblings: join(), factor: 1 }))
    const guests: Guest[] = []
    const enter = (admission: Admission): void => {
      if (admission.refusal('192.0.2.1')) return
      const one = stranger(admission.enter('192.0.2.1'))
      guests.push(one)
      admission.confirm(one)
    }
    const enterMany = (admission: Admission, most: number): number => {
      for (let n = 0; n < most; n++) enter(admission)
      return most
    }
    for (let opened = 0; opened < 90;) {
      const gateway = Math.floor(random() * 3)
      if (random() < 0.3) hear(gateway)
      else opened += enterMany(admissions[gateway] as Admission, 1 + Math.floor(random() * 8))
    }
    while ([0, 1, 2].map(hear).includes(true));

    expect(
      guests.filter(({ isCounted }) => isCounted),
      `seed ${seed}`,
    ).toHaveLength(20)
  }
})
