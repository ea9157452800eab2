import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../../../scripts/write-client-table.ts', import.meta.url))

test('the table is what the catalog of the protocol says', { timeout: 30_000 }, async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [script, '--check']).catch(
    (error: { stderr: string }) => error,
  )

  expect(stderr).toBe('')
})
