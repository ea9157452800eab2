import { Gauge, Histogram, type Metrics } from '@parley/service-kit'

/** Figures of the write path. */
export function createLaneMetrics({ registry }: Metrics, owned: () => number) {
  const operations = new Histogram({
    name: 'parley_lane_batch_operations',
    help: 'Operations in one batch of a lane',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'parley_lane_batch_seconds',
    help: 'Time from taking a batch off its queue to its commit',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
    registers: [registry],
  })
  const lanes: Gauge = new Gauge({
    name: 'parley_lanes_owned',
    help: 'Lanes that this process owns',
    registers: [registry],
    collect: () => lanes.set(owned()),
  })
  return {
    observeBatch: (count: number, took: number) => {
      operations.observe(count)
      seconds.observe(took)
    },
  }
}
