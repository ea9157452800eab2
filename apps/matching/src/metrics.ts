import { createTotals, type Metrics } from '@parley/service-kit'

/** What people have done here since the process began. */
export function createMatchingMetrics({ registry }: Metrics) {
  return createTotals(registry, {
    likes: 'Likes, among them those that made a match',
    passes: 'Passes',
    undone: 'Likes and passes that were taken back',
    matches: 'Matches made',
    unmatches: 'Matches ended by one of the two',
    blocks: 'Blocks',
    reports: 'Reports of people',
  })
}

export type Counts = ReturnType<typeof createMatchingMetrics>
