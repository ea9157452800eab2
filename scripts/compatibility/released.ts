import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../docs/apps.ts'
import type { JsonSchema } from '../docs/json-schema.ts'
import { statementsOf } from './statements.ts'

/** What a release said of itself when it was made; a file of `packages/protocol/released`, never edited. */
export interface Released {
  version: string
  /** A digest of the statements of each migration, by service. */
  migrations: Record<string, Record<string, string>>
  protocol: ProtocolShape
}

export interface ProtocolShape {
  rpcs: Record<string, RpcShape>
  events: Record<string, JsonSchema>
  pushes: Record<string, JsonSchema>
  /** Frames that the gateway itself answers. */
  clientFrames: Record<string, JsonSchema>
}

export interface RpcShape {
  access: string
  route: string | null
  frame: string | null
  isOrdered: boolean
  input: JsonSchema
  output: JsonSchema
}

export const releasedFolder = (root: string): string => join(root, 'packages/protocol/released')

/** Every release, the newest last. */
export function releases(root: string): Released[] {
  const folder = releasedFolder(root)
  return readdirSync(folder)
    .filter((file) => /^\d+\.\d+\.\d+\.json$/.test(file))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Released)
    .toSorted((a, b) => numberOf(a.version) - numberOf(b.version))
}

/** One thing that was said: what went into an operation or came out of it, or what a frame or an event carried. */
export interface Example {
  input?: unknown
  output?: unknown
  payload?: unknown
}

/** What a release said on the bus, by the names of operations, frames and events; also never edited. */
export interface Wire {
  rpcs: Record<string, Example[]>
  pushes: Record<string, Example[]>
  events: Record<string, Example[]>
}

export const wireOf = (root: string, { version }: Released): Wire =>
  JSON.parse(readFileSync(join(releasedFolder(root), `${version}.wire.json`), 'utf8')) as Wire

const numberOf = (version: string): number =>
  version.split('.').reduce((sum, part) => sum * 10_000 + Number(part), 0)

export async function migrationDigests(apps: readonly App[]): Promise<Released['migrations']> {
  const found: Released['migrations'] = {}
  for (const { name, migrations } of apps) {
    if (!migrations) continue
    const own: Record<string, string> = {}
    for (const [migration, { up }] of Object.entries(migrations)) {
      const text = (await statementsOf({ up })).map((one) => one.replaceAll(/\s+/g, ' ').trim()).join(';\n')
      own[migration] = createHash('sha256').update(text).digest('hex').slice(0, 16)
    }
    found[name] = own
  }
  return found
}
