import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

test.each(['index', 'compat/index'])(
  '%s adds little to an application that has React and the client',
  { timeout: 30_000 },
  async (entry) => {
    const here = fileURLToPath(new URL('.', import.meta.url))
    const build = await rolldown({
      input: `${here}${entry}.ts`,
      platform: 'browser',
      external: ['react', /^@parley\/client/],
    })
    const { output } = await build.generate({ format: 'esm', minify: true })
    await build.close()
    const [{ modules, code }] = output
    const bytes = gzipSync(code).length
    process.stdout.write(`@parley/react ${entry}: ${bytes} bytes gzipped, ${code.length} minified\n`)

    expect(Object.keys(modules).filter((id) => !id.startsWith(here))).toEqual([])
    expect(bytes).toBeLessThan(4_000)
  },
)
