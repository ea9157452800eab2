/** Holds the reference documents, as the gateway serves them, to the rules of OpenAPI and AsyncAPI. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAsyncApi, createOpenApi } from '@parley/protocol/reference'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'parley-reference-'))
const documents = { openapi: createOpenApi, asyncapi: createAsyncApi }

const files = Object.entries(documents).map(([name, create]) => {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(create({ version: '0.0.0' }), undefined, 2))
  return file
})
const { status } = spawnSync(
  join(root, 'node_modules', '.bin', 'redocly'),
  ['lint', '--config', join(root, 'scripts', 'redocly.yaml'), ...files],
  {
    stdio: 'inherit',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  },
)
rmSync(folder, { recursive: true })
process.exitCode = status ?? 1
