import { expect, test } from 'vitest'
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
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
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

/** Gateways that tell each other by a bus that is slow: all hear all that was told in one order, in steps of a test. */
function bus() {
  type Topic = Parameters<AdmissionOptions['siblings']['topic']>[1]
  interface Told {
    from: number
    rows: unknown[]
    echoes: ((isHeard: boolean) => void)[]
  }
  const topics: Topic[] = []
  const told: Told[] = []
  const heard: number[] = []
  const join = (): AdmissionOptions['siblings'] => ({
    onGone: () => undefined,
    topic: (_name, topic) => {
      const from = topics.push(topic as Topic) - 1
      heard.push(0)
      return {
        tell: (row, echo) => told.push({ from, rows: [row], echoes: echo ? [echo] : [] }),
      }
    },
  })
  /** One gateway hears the next thing; false where it has heard all. */
  const hear = (gateway: number): boolean => {
    const next = told[heard[gateway] as number]
    if (!next) return false
    heard[gateway] = (heard[gateway] as number) + 1
    if (next.from !== gateway) topics[gateway]?.receive(String(next.from), next.rows)
    else for (const echo of next.echoes) echo(true)
    return true
  }
  return { join, hear }
}

test('of sockets that one address opens at several gateways at once, as many stay as it may have', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed)
    const { join, hear } = bus()
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
