import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test("the README's examples are those that the compiler reads", () => {
  const examples = [...read('../README.md').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code)

  expect(examples.length).toBeGreaterThan(5)
  expect(read('../test/fixture/readme.ts').endsWith(`\n\n${examples.join('\n')}`)).toBe(true)
})
