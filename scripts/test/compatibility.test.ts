// A release works beside the one before it, and its migrations while that one still runs.
import { fileURLToPath } from 'node:url'
import { events, pushes, rpcs } from '@parley/protocol'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { migrationFaults } from '../compatibility/migration-rules.ts'
import { protocolFaults } from '../compatibility/protocol-faults.ts'
import { protocolShape } from '../compatibility/protocol-shape.ts'
import { migrationDigests, releases, wireOf, type ProtocolShape } from '../compatibility/released.ts'
import { statementsOf } from '../compatibility/statements.ts'
import { unreadable } from '../compatibility/unreadable.ts'
import { loadApps } from '../docs/apps.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const apps = (await loadApps(root)).filter(({ migrations }) => migrations)
const known = releases(root)
const last = known.at(-1)!

/** What a migration that takes something away exports: the release since which nothing uses it, and how one knows. */
interface Contract {
  contract?: { unusedSince: string; because: string }
}

test.each(apps)(
  'the migrations of $name that were released are as they were',
  async ({ name, migrations }) => {
    const digests = (await migrationDigests([{ name, settings: null as never, migrations }]))[name]!

    expect(digests).toMatchObject(last.migrations[name]!)
  },
)

test.each(apps)(
  'the new migrations of $name leave the release before working',
  async ({ name, migrations = {} }) => {
    const added = Object.entries(migrations).filter(([migration]) => !last.migrations[name]?.[migration])
    const versions = known.map(({ version }) => version)
    const faults = await Promise.all(
      added.map(async ([migration, module]) => {
        const { contract } = module as Contract
        if (contract)
          return versions.includes(contract.unusedSince)
            ? []
            : [`${migration}: no release ${contract.unusedSince}`]
        return migrationFaults(await statementsOf(module)).map((fault) => `${migration}: ${fault}`)
      }),
    )

    expect(faults.flat()).toEqual([])
  },
)

describe('a migration is refused that', () => {
  test.each([
    ['drops a table', 'drop table account'],
    ['drops a column', 'alter table account drop column phone'],
    ['drops an index', 'drop index account_name_idx'],
    ['drops a function', 'drop function append_batch'],
    ['renames a table', 'alter table account rename to person'],
    ['renames a column', 'alter table account rename column phone to mobile'],
    ['changes a type', 'alter table account alter column id type text'],
    ['forbids null', 'alter table account alter column phone set not null'],
    ['adds a column that must be written', 'alter table account add column age int not null'],
    ['adds a computed column', 'alter table account add column token uuid default gen_random_uuid()'],
    ['adds an identity', 'alter table account add no bigint generated always as identity'],
    [
      'adds a constraint that is checked at once',
      'alter table account add constraint adult check (age > 17)',
    ],
    ['makes an index on a table that is there', 'create index on account (age)'],
    ['changes all rows', "update account set role = 'user'"],
    ['takes a lock', 'lock table account'],
    ['hides it in capitals', 'ALTER TABLE account\n  DROP COLUMN phone'],
  ])('%s', (_, statement) => {
    expect(migrationFaults([statement])).toHaveLength(1)
  })

  test('does none of that is taken', async () => {
    const statements = await statementsOf({
      up: async (db) => {
        await sql`create table pet (id bigint primary key, name text not null)`.execute(db)
        await sql`create index pet_name_idx on pet (name)`.execute(db)
        await sql`alter table pet add column age int not null`.execute(db)
        await sql`alter table account add column age int`.execute(db)
        await sql`alter table account add column pets int not null default 0`.execute(db)
        await sql`alter table account add constraint adult check (age > 17) not valid`.execute(db)
        await sql`create function f() returns int language plpgsql as $$ begin drop table x; end $$`.execute(
          db,
        )
      },
    })

    expect(statements).toHaveLength(7)
    expect(migrationFaults(statements)).toEqual([])
  })
})

test('processes and clients of the release before understand this one, and it understands them', () => {
  expect(protocolFaults(last.protocol, protocolShape())).toEqual([])
})

test('what the release before said this one understands: requests, answers, frames and events', () => {
  const said = wireOf(root, last)
  const faults = (name: string, schema: z.ZodType | undefined, value: unknown): string[] => {
    if (!schema) return [`${name} is gone`]
    const { error } = schema.safeParse(value)
    return error ? [`${name}: ${z.prettifyError(error)}`] : []
  }
  const found = [
    ...Object.entries(said.rpcs).flatMap(([name, examples]) => {
      const rpc = rpcs.find((one) => one.name === name)
      return examples.flatMap((example) => [
        ...('input' in example ? faults(`${name} input`, rpc?.input, example.input) : []),
        ...('output' in example ? faults(`${name} output`, rpc?.output, example.output) : []),
      ])
    }),
    ...Object.entries(said.pushes).flatMap(([type, examples]) => {
      const push = pushes.find((one) => one.type === type)
      return examples.flatMap(({ payload }) => faults(type, push?.payload, payload))
    }),
    ...Object.entries(said.events).flatMap(([name, examples]) => {
      const event = events.find((one) => one.name === name)
      return examples.flatMap(({ payload }) => faults(name, event?.payload, payload))
    }),
  ]

  expect(Object.keys(said.rpcs).length).toBeGreaterThan(80)
  expect(found).toEqual([])
})

test('a change that the release before would stumble over is refused', () => {
  const changed = (change: (shape: ProtocolShape) => void) => {
    const shape = structuredClone(protocolShape())
    change(shape)
    return protocolFaults(protocolShape(), shape)
  }
  const send = 'messaging.send_message'

  expect(changed(({ rpcs }) => delete rpcs[send])).toEqual([`operation ${send} is gone`])
  expect(changed(({ events }) => delete events['matching.match_made'])).toHaveLength(1)
  expect(changed(({ pushes }) => delete pushes['chat_message'])).toHaveLength(1)
  expect(changed(({ rpcs }) => void (rpcs[send]!.route = 'POST /elsewhere'))).toHaveLength(1)
  expect(changed(({ rpcs }) => void (rpcs[send]!.input.required = ['urgency']))).toEqual([
    `operation ${send}: input urgency: may be missing`,
  ])
  expect(changed(({ rpcs }) => void (rpcs[send]!.output.required = []))).not.toEqual([])
  expect(changed(({ pushes }) => void delete pushes['chat_message']!.properties!['rev'])).toEqual([])
  expect(changed(({ pushes }) => void (pushes['chat_message']!.required = ['seq']))).not.toEqual([])
  expect(changed(({ rpcs }) => void (rpcs[send]!.input.properties!['urgency'] = { type: 'string' }))).toEqual(
    [],
  )
})

test.each([
  ['a type', { type: 'string' }, { type: 'integer' }],
  ['a shorter text', { type: 'string', maxLength: 10 }, { type: 'string', maxLength: 20 }],
  ['a bound where there was none', { type: 'array', maxItems: 5 }, { type: 'array' }],
  ['a value that is not known', { enum: ['a'] }, { enum: ['a', 'b'] }],
  ['another pattern', { type: 'string', pattern: 'a' }, { type: 'string', pattern: 'b' }],
  ['a null', { type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  [
    'what is within a list',
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: { type: 'null' } },
  ],
])('%s is seen', (_, reader, writer) => {
  expect(unreadable(reader, writer)).toHaveLength(1)
  expect(unreadable(writer, reader).length).toBeLessThanOrEqual(1)
  expect(unreadable(reader, reader)).toEqual([])
})
