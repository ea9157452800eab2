import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { Observe } from './rpc.ts'

export interface Metrics {
  registry: Registry
  /** Counts and times one answered RPC. */
  observeRpc: Observe
}

/** A registry of its own for a service, with the process's figures. Labels are bounded: names and codes, never ids. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'parley_rpc_seconds',
    help: 'Time to answer an RPC, by name and code',
    labelNames: ['rpc', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  const children = new Map<string, { observe: (value: number) => void }>()
  return {
    registry,
    observeRpc: (rpc, code, value) => {
      const key = `${rpc} ${code}`
      let child = children.get(key)
      if (!child) children.set(key, (child = seconds.labels(rpc, code)))
      child.observe(value)
    },
  }
}

export { Counter, Gauge, Histogram, Registry }
