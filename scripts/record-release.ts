/**
 * Writes down what the release of package.json's version says of itself, for the releases after it to be compared with:
 * `packages/protocol/released/<version>.json`. Run before a release is tagged; what is there is not written again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { protocolShape } from './compatibility/protocol-shape.ts'
import { migrationDigests, releasedFolder, type Released } from './compatibility/released.ts'
import { loadApps } from './docs/apps.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const release: Released = {
  version,
  migrations: await migrationDigests(await loadApps(root)),
  protocol: protocolShape(),
}
mkdirSync(releasedFolder(root), { recursive: true })
const file = join(releasedFolder(root), `${version}.json`)
writeFileSync(file, `${JSON.stringify(release)}\n`, { flag: 'wx' })
console.log(file)
