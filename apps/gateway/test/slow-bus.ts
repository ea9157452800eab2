import type { Echo, Siblings, Topic } from '../src/cluster/siblings.ts'

/** Numbers from 0 to 1, the same ones for a seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

/** Gateways that tell each other by a bus that is slow: all hear all that was told in one order, in steps of a test. */
export function slowBus() {
  interface Told {
    from: number
    rows: unknown[]
    echoes: Echo[]
  }
  const topics: Topic<unknown>[] = []
  const told: Told[] = []
  const heard: number[] = []
  const join = (): Pick<Siblings, 'count' | 'topic' | 'onGone'> => ({
    count: () => topics.length - 1,
    onGone: () => undefined,
    topic: (_name, topic) => {
      const from = topics.push(topic as Topic<unknown>) - 1
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
