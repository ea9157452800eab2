import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { ClosingLine } from './packages/testkit/src/closing-line.ts'

const conditions = ['@parley/source', 'module', 'node', 'development|production']
const react18 = fileURLToPath(new URL('packages/react/test/react-18/node_modules', import.meta.url))
/** By default a core is left to who waits for the tests; those of services wait themselves, most of the time. */
const maxWorkers = Math.max(2, availableParallelism() - 1)
const globalSetup = ['./packages/testkit/src/global-setup.ts']

export default defineConfig({
  resolve: { conditions },
  environments: { __vitest__: { resolve: { conditions, externalConditions: ['@parley/source', 'node'] } } },
  ssr: { resolve: { conditions, externalConditions: ['@parley/source', 'node'] } },
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,apps}/*/src/**/*.test.ts', 'scripts/test/**/*.test.ts'],
          maxWorkers,
          // For machines that do much else at the same time.
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'service',
          include: ['{packages,apps}/*/test/**/*.test.ts'],
          globalSetup,
          maxWorkers,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        resolve: { alias: [{ find: /^(react|react-dom)(?=\/|$)/, replacement: `${react18}/$1` }] },
        test: {
          name: 'react-18',
          include: ['packages/react/test/**/*.test.ts'],
          env: { REACT_MAJOR: '18' },
          globalSetup,
          maxWorkers,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Each file runs a whole system; two at once would measure each other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
