import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUser } from '@nats-io/nkeys'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '@parley/testkit'
import { call } from './client/http.ts'
import { draft, matchedPair } from './client/pairs.ts'
import { sendOverHttp } from './client/people.ts'
import { deploy } from './deployment/deploy.ts'

test('the services run by the images and manifests of an overlay: three NATS that know them by key, probes, a message', async () => {
  await using deployment = await deploy('staging')
  const { gateway, probes, processes, monitors } = deployment

  // Each answers on the ports and paths that its manifest names.
  for (const { name, startup, liveness, readiness } of probes) {
    for (const url of [startup, liveness, readiness]) {
      await eventually(
        async () => expect({ name, status: (await fetch(url)).status }).toEqual({ name, status: 200 }),
        {
          timeoutMs: 60_000,
        },
      )
    }
  }
  await eventually(async () => expect((await call(`${gateway}/healthz`)).body).toEqual({ status: 'ok' }), {
    timeoutMs: 60_000,
  })
  const { ada, conversation_id } = await matchedPair([gateway])
  expect(await sendOverHttp(gateway, ada, draft(conversation_id, 'hello'))).toMatchObject({ seq: 1 })

  // What NATS acknowledges is on the disks of a majority.
  for (const monitor of monitors) {
    const { jetstream } = (await (await fetch(`${monitor}/varz`)).json()) as {
      jetstream: { config: { sync_always?: boolean } }
    }
    expect(jetstream.config.sync_always).toBe(true)
  }
  await eventually(async () =>
    expect(await replicasOf(monitors[0]!)).toEqual({ LOG_AUTH: 3, LOG_MATCHING: 3 }),
  )

  const stops = processes.map(async ({ name, stop }) => ({ name, code: await stop() }))
  for (const { name, code } of await Promise.all(stops)) expect({ name, code }).toEqual({ name, code: 0 })
})

test('F45, T29: a service whose key NATS does not know is refused, and ends with one line', async () => {
  await using deployment = await deploy('staging', { only: ['matching'] })
  const folder = await mkdtemp(join(tmpdir(), 'parley-stranger-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const seedFile = join(folder, 'seed')
  await writeFile(seedFile, createUser().getSeed())
  const stranger = deployment.spawn('matching', { seedFile })
  onTestFinished(async () => void (await stranger.stop()))

  expect(await stranger.exited).toBe(1)
  expect(stranger.output()).toMatch(/authorization violation/i)
})

async function replicasOf(monitor: string): Promise<Record<string, number>> {
  interface Streams {
    account_details: { stream_detail: { name: string; config: { num_replicas: number } }[] }[]
  }
  const response = await fetch(`${monitor}/jsz?streams=true&config=true`)
  const { account_details = [] } = (await response.json()) as Partial<Streams>
  const streams = account_details.flatMap(({ stream_detail }) => stream_detail)
  return Object.fromEntries(
    streams.map(({ name, config }) => [name, config.num_replicas]).toSorted() as [string, number][],
  )
}
