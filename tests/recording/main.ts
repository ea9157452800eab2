/**
 * Writes down what this build says on the bus, for the releases after it to be tried with:
 * `packages/protocol/released/<version>.wire.json`. Run before a release is tagged; what is there is not written again.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { rpcs } from '@parley/protocol'
import { startNats, startSystem } from '@parley/local-stack'
import { gatherSociety } from '../access/viewers.ts'
import { keepFew } from './keep-few.ts'
import { askEverything, meet } from './story.ts'
import { tapWire } from './tap.ts'

const SYSTEM_ENV = { ADDRESS_LIMIT_FACTOR: '1000', PERSON_LIMIT_FACTOR: '1000', SEND_BURST: '1000' }

const root = new URL('../../', import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
const nats = await startNats()
try {
  await using tap = await tapWire(nats.url)
  await using system = await startSystem({ env: { ...SYSTEM_ENV, NATS_URL: nats.url, DRAIN_SECONDS: '0' } })
  const [gateway = ''] = system.gateways
  await askEverything(gateway, await gatherSociety(system))
  await meet(gateway)
  const file = new URL(`packages/protocol/released/${version}.wire.json`, root)
  const kept = keepFew(tap.wire)
  writeFileSync(file, `${JSON.stringify(kept)}\n`, { flag: 'wx' })
  const silent = rpcs.filter(({ name }) => !kept.rpcs[name]).map(({ name }) => name)
  console.log(`${file.pathname}; nothing was said of ${silent.join(', ') || 'nothing'}`)
} finally {
  await nats.stop()
}
