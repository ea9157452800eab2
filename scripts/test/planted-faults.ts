/** A file that breaks one rule, and the rule that must say so. */
export interface PlantedFault {
  breaks: string
  file: string
  text: string
  rule: string
  /** A package that its manifest does not name: what to link, as if it did. */
  installed?: { name: string; from: string }
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `export const line${i} = ${i}\n`).join('')
export const importFaults: readonly PlantedFault[] = [
  {
    breaks: 'an app that imports another app',
    file: 'apps/matching/src/planted-app.ts',
    text: `export { startAuth } from '@parley/auth'\n`,
    rule: 'apps-share-protocol-only',
    installed: { name: '@parley/auth', from: 'apps/auth' },
  },
  {
    breaks: 'an app that imports another app by its path',
    file: 'apps/matching/src/planted-path.ts',
    text: `export * from '../../auth/src/service.ts'\n`,
    rule: 'by-package-name',
  },
  {
    breaks: 'an app that imports the SDK',
    file: 'apps/matching/src/planted-client.ts',
    text: `export type { Client } from '@parley/client'\n`,
    rule: 'apps-know-no-client',
    installed: { name: '@parley/client', from: 'packages/client' },
  },
  {
    breaks: 'an app that imports the test servers',
    file: 'apps/matching/src/planted-testkit.ts',
    text: `export { startTestNats } from '@parley/testkit'\n`,
    rule: 'servers-for-tests-only',
  },
  {
    breaks: 'a handler that imports NATS',
    file: 'apps/matching/src/handlers/planted-nats.ts',
    text: `import type { NatsConnection } from '@nats-io/nats-core'\n\nexport type Nats = NatsConnection\n`,
    rule: 'handlers-know-no-bus',
    installed: { name: '@nats-io/nats-core', from: 'packages/service-kit/node_modules/@nats-io/nats-core' },
  },
  {
    breaks: 'a handler that imports the composition root',
    file: 'apps/matching/src/handlers/planted-service.ts',
    text: `export * from '../service.ts'\n`,
    rule: 'handlers-are-composed',
  },
  {
    breaks: 'a handler that imports another handler',
    file: 'apps/matching/src/handlers/planted-other.ts',
    text: `export * from './undo.ts'\n`,
    rule: 'handlers-stand-alone',
  },
  {
    breaks: 'a handler that reads the settings',
    file: 'apps/matching/src/handlers/planted-config.ts',
    text: `export { readConfig } from '../config.ts'\n`,
    rule: 'handlers-read-no-settings',
  },
  {
    breaks: 'a handler that holds SQL',
    file: 'apps/matching/src/handlers/planted-sql.ts',
    text: `import { sql } from 'kysely'\n\nexport const one = sql\`select 1\`\n`,
    rule: 'sql-in-stores-only',
  },
  {
    breaks: 'a store that imports a handler',
    file: 'apps/matching/src/store/planted-handler.ts',
    text: `export * from '../handlers/planted-sql.ts'\n`,
    rule: 'stores-hold-sql',
  },
  {
    breaks: 'a domain rule that imports Kysely, if only for a type',
    file: 'apps/matching/src/domain/planted-kysely.ts',
    text: `import type { Kysely } from 'kysely'\n\nexport type Db = Kysely<unknown>\n`,
    rule: 'domain-is-pure',
  },
  {
    breaks: 'a gateway with a database',
    file: 'apps/gateway/src/planted-pg.ts',
    text: `import type pg from 'pg'\n\nexport type Pool = pg.Pool\n`,
    rule: 'gateway-holds-nothing',
    installed: { name: 'pg', from: 'packages/service-kit/node_modules/pg' },
  },
  {
    breaks: 'a protocol with a Node API',
    file: 'packages/protocol/src/planted-node.ts',
    text: `export { randomUUID } from 'node:crypto'\n`,
    rule: 'protocol-stands-alone',
  },
  {
    breaks: 'an SDK that takes a value of the protocol',
    file: 'packages/client/src/planted-value.ts',
    text: `export { limits } from '@parley/protocol'\n`,
    rule: 'client-takes-types-only',
  },
  {
    breaks: 'a kit that imports an app',
    file: 'packages/service-kit/src/planted-app.ts',
    text: `export * from '../../../apps/auth/src/service.ts'\n`,
    rule: 'kit-serves-the-apps',
  },
  {
    breaks: 'two files that need each other',
    file: 'apps/auth/src/planted-cycle.ts',
    text: `export * from './planted-cycle.ts'\n`,
    rule: 'no-cycle',
  },
  {
    breaks: 'an import that is not found',
    file: 'apps/auth/src/planted-missing.ts',
    text: `export * from './there-is-no-such-file.ts'\n`,
    rule: 'resolvable',
  },
]

export const lintFaults: readonly PlantedFault[] = [
  {
    breaks: 'a promise that nobody waits for',
    file: 'apps/matching/src/planted-floating.ts',
    text: `export function start(work: () => Promise<void>): void {\n  work()\n}\n`,
    rule: 'typescript(no-floating-promises)',
  },
  {
    breaks: 'a promise where a callback answers nothing',
    file: 'apps/matching/src/planted-misused.ts',
    text: `export function all(work: (() => Promise<void>)[]): void {\n  work.forEach(async (one) => await one())\n}\n`,
    rule: 'typescript(no-misused-promises)',
  },
  {
    breaks: 'a switch that forgets a case',
    file: 'apps/matching/src/planted-switch.ts',
    text: `export function name(kind: 'a' | 'b'): string {\n  switch (kind) {\n    case 'a':\n      return 'A'\n  }\n  return ''\n}\n`,
    rule: 'typescript(switch-exhaustiveness-check)',
  },
  {
    breaks: 'a file that is too long',
    file: 'apps/matching/src/planted-long-file.ts',
    text: lines(251),
    rule: 'eslint(max-lines)',
  },
  {
    breaks: 'a test file that is too long',
    file: 'apps/matching/test/planted-long.test.ts',
    text: lines(401),
    rule: 'eslint(max-lines)',
  },
  {
    breaks: 'a function with five parameters',
    file: 'apps/matching/src/planted-params.ts',
    text: `export const sum = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e\n`,
    rule: 'eslint(max-params)',
  },
  {
    breaks: 'blocks nested four deep',
    file: 'apps/matching/src/planted-depth.ts',
    text: `export function deep(n: number): number {\n  if (n > 1) {\n    if (n > 2) {\n      if (n > 3) {\n        if (n > 4) return 5\n      }\n    }\n  }\n  return n\n}\n`,
    rule: 'eslint(max-depth)',
  },
  {
    breaks: 'a file name with capitals',
    file: 'apps/matching/src/PlantedName.ts',
    text: `export const one = 1\n`,
    rule: 'unicorn(filename-case)',
  },
  {
    breaks: 'the environment read outside config.ts',
    file: 'apps/matching/src/planted-env.ts',
    text: `export const home = process.env['HOME']\n`,
    rule: 'node(no-process-env)',
  },
  {
    breaks: 'a default export',
    file: 'apps/matching/src/planted-default.ts',
    text: `export default 1\n`,
    rule: 'import(no-default-export)',
  },
  {
    breaks: "a store that imports the kit's error",
    file: 'apps/matching/src/store/planted-error.ts',
    text: `export { RpcError } from '@parley/service-kit'\n\nimport { RpcError as E } from '@parley/service-kit'\n\nexport const isOne = (err: unknown): boolean => err instanceof E\n`,
    rule: 'eslint(no-restricted-imports)',
  },
  {
    breaks: 'a domain rule that reads the clock',
    file: 'apps/matching/src/domain/planted-clock.ts',
    text: `export const now = (): number => Date.now()\n`,
    rule: 'eslint(no-restricted-properties)',
  },
  {
    breaks: 'SQL made of text',
    file: 'apps/matching/src/store/planted-raw.ts',
    text: `import { sql } from 'kysely'\n\nexport const find = (name: string) => sql.raw(\`select '\${name}'\`)\n`,
    rule: 'eslint(no-restricted-properties)',
  },
  {
    breaks: 'a mock of a module',
    file: 'apps/matching/test/planted-mock.test.ts',
    text: `import { vi } from 'vitest'\n\nvi.mock('../src/service.ts')\n`,
    rule: 'vitest(no-restricted-vi-methods)',
  },
]
