import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const MOST_GZIP_BYTES = 15_000

async function bundle() {
  const build = await rolldown({
    input: fileURLToPath(new URL('./index.ts', import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['@parley/source', 'import'] },
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  return output[0]
}

test(
  'an application gets this package and nothing else: no schema library, no dependency',
  { timeout: 30_000 },
  async () => {
    const { modules, imports, dynamicImports, code } = await bundle()
    const here = fileURLToPath(new URL('.', import.meta.url))
    const bytes = gzipSync(code).length
    process.stdout.write(`@parley/client: ${bytes} bytes gzipped, ${code.length} minified\n`)

    expect(Object.keys(modules).filter((id) => !id.startsWith(here))).toEqual([])
    expect(Object.keys(modules).length).toBeGreaterThan(20)
    expect([...imports, ...dynamicImports]).toEqual([])
    expect(bytes).toBeLessThan(MOST_GZIP_BYTES)
  },
)
