import { expect, test } from 'vitest'
import * as z from 'zod'
import { rpcs } from './catalog.ts'
import { clientFrames } from './socket-frames.ts'

// Postgres refuses NUL, and UTF-8 has no lone surrogates: either would turn up as an internal error far from the field.
const unstorable = ['\0', '\ud800'].flatMap((character) => [
  character,
  `a${character}b`,
  `https://example.org/${character}`,
  `a${character}b@example.org`,
  `+3361234567${character}`,
])

const inputs = [
  ...rpcs.map(({ name, input }) => [name, input as z.ZodType] as const),
  ...Object.entries(clientFrames).map(([type, { payload }]) => [type, payload as z.ZodType] as const),
]

/** Every text that a schema takes, by its path. */
function textsOf(schema: z.ZodType, path: string): [string, z.ZodType][] {
  const of = (inner: unknown, suffix = '') => textsOf(inner as z.ZodType, path + suffix)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return of(schema.unwrap())
  if (schema instanceof z.ZodPipe) return of(schema.in)
  if (schema instanceof z.ZodArray) return of(schema.element, '[]')
  if (schema instanceof z.ZodTuple) return schema.def.items.flatMap((item) => of(item, '[]'))
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => of(option))
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, field]) => of(field, `.${name}`))
  return schema.def.type === 'string' ? [[path, schema]] : []
}

test('T28: no text that a client gives holds NUL or half a character', () => {
  const texts = inputs.flatMap(([name, input]) => textsOf(input, name))
  const taken = texts.flatMap(([path, schema]) =>
    unstorable
      .filter((text) => schema.safeParse(text).success)
      .map((text) => `${path} takes ${JSON.stringify(text)}`),
  )

  expect(texts.length).toBeGreaterThan(20)
  expect(taken).toEqual([])
})
