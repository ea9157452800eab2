import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { startOwnGateway, type OwnGateway } from './own-process.ts'
import { head, upgradeLines } from './raw-socket.ts'
import { openSocket } from './test-socket.ts'
import { ada, startWorld } from './world.ts'

const SILENT = 2_000
const KIB_A_SOCKET = 64

/** A socket that is open and says nothing, not even when it is closed. */
async function openSilent(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(head(...upgradeLines()))
  await once(socket, 'data')
  return socket
}

async function openMany(port: number, count: number): Promise<void> {
  for (let opened = 0; opened < count; opened += 50)
    await Promise.all(Array.from({ length: 50 }, () => openSilent(port)))
}

async function residentKib(gateway: OwnGateway): Promise<number> {
  const [, bytes] = /^process_resident_memory_bytes(?:\{.*\})? (\S+)$/m.exec(await gateway.metrics()) ?? []
  return Number(bytes) / 1_024
}

test('T03: thousands of sockets that say nothing take little memory, are gone after their time, and others are served', async () => {
  await using world = await startWorld()
  await using gateway = await startOwnGateway(world, {
    ...{ ADDRESS_LIMIT_FACTOR: '1000', UPGRADES_PER_SECOND: '100000', DRAIN_SECONDS: '0' },
  })
  const { port } = gateway
  // What a process takes that has opened some is not for the others to answer for.
  await openMany(port, 200)
  const before = await residentKib(gateway)
  await openMany(port, SILENT)
  const grown = (await residentKib(gateway)) - before
  await using socket = await openSocket({ port, token: await world.issuer.token(ada) })
  socket.send({ type: 'hello' })
  await socket.next('caught_up')

  expect(grown).toBeLessThan(SILENT * KIB_A_SOCKET)
  await eventually(async () => expect(await gateway.metrics()).toMatch(/^parley_sockets(\{.*\})? 1$/m), {
    timeoutMs: 30_000,
  })
}, 120_000)
