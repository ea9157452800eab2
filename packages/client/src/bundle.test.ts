import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

async function bundle(entry: string) {
  const build = await rolldown({
    input: fileURLToPath(new URL(`./${entry}.ts`, import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['@parley/source', 'import'] },
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  return output[0]
}

test.each([
  { entry: 'index', mostBytes: 15_000, name: '@parley/client' },
  { entry: 'state', mostBytes: 10_000, name: '@parley/client/state' },
  { entry: 'indexed-db', mostBytes: 1_000, name: '@parley/client/indexed-db' },
  { entry: 'tabs', mostBytes: 4_000, name: '@parley/client/tabs' },
])(
  'an application gets $name and nothing else: no schema library, no dependency, no other entry',
  { timeout: 30_000 },
  async ({ entry, mostBytes, name }) => {
    const { modules, imports, dynamicImports, code } = await bundle(entry)
    const here = fileURLToPath(new URL('.', import.meta.url))
    const bytes = gzipSync(code).length
    process.stdout.write(`${name}: ${bytes} bytes gzipped, ${code.length} minified\n`)

    expect(Object.keys(modules).filter((id) => !id.startsWith(here))).toEqual([])
    expect(Object.keys(modules).some((id) => id.endsWith(`/${entry}.ts`))).toBe(true)
    expect(Object.keys(modules).some((id) => id.startsWith(`${here}state/`))).toBe(entry === 'state')
    expect([...imports, ...dynamicImports]).toEqual([])
    expect(bytes).toBeLessThan(mostBytes)
  },
)
