import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { releases, type Example, type Released, type Wire } from '../../scripts/compatibility/released.ts'
import type { JsonSchema } from '../../scripts/docs/json-schema.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The newest release. */
export const lastRelease = (): Released => releases(root).at(-1) as Released

/** Of each part of what was said. */
type Schemas = Partial<Record<keyof Example, JsonSchema>>

/** What processes of a release would not understand of what was said. Names that it does not know it does not hear. */
export function notUnderstood({ rpcs, pushes, events }: Wire, { protocol }: Released): string[] {
  const payload = (schema: JsonSchema | undefined): Schemas => (schema ? { payload: schema } : {})
  const both = (name: string): Schemas => {
    const rpc = protocol.rpcs[name]
    return rpc ? { input: rpc.input, output: rpc.output } : {}
  }
  return [
    ...faults(rpcs, both),
    ...faults(pushes, (type) => payload(protocol.pushes[type])),
    ...faults(events, (name) => payload(protocol.events[name])),
  ]
}

function faults(said: Wire['rpcs'], schemasOf: (name: string) => Schemas): string[] {
  return Object.entries(said).flatMap(([name, examples]) =>
    Object.entries(schemasOf(name)).flatMap(([key, schema]) => {
      const parser = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema)
      const values = examples.flatMap((example) => (key in example ? [example[key as keyof Example]] : []))
      const errors = values.flatMap((value) => parser.safeParse(value).error ?? [])
      return errors.map((error) => `${name} ${key}: ${z.prettifyError(error)}`)
    }),
  )
}
