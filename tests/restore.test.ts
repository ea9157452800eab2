// An older copy of the data, and clients that have seen more than it holds.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSystem } from '@parley/local-stack'
import { expect, onTestFinished, test } from 'vitest'
import { draft, matchedPair } from './client/pairs.ts'
import { listMatches, listMessages, match, register, sendOverHttp } from './client/people.ts'
import { cursorOf, openSession, openSocket } from './client/socket.ts'

const script = fileURLToPath(new URL('../packages/local-stack/dist/launcher/copy.js', import.meta.url))

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-restore-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function copy(dataDir: string, ...args: string[]) {
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { env, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}`.trim() }
}

test(
  'F41: after a restore each client is told to reload, and none goes on from what is lost',
  { timeout: 600_000 },
  async () => {
    const folder = await scratch()
    const dataDir = join(folder, 'data')
    const backup = join(folder, 'backup')
    const start = () => startSystem({ dataDir, env: { DRAIN_SECONDS: '0' } })
    const contents = async (gateway: string, person: Parameters<typeof listMessages>[1]) =>
      (await listMessages(gateway, person, conversation_id)).map(({ seq, content }) => [seq, content])

    let system = await start()
    onTestFinished(async () => void (await system.stop()))
    let gateway = system.gateways[0]!
    const { ada, ben, conversation_id } = await matchedPair([gateway])
    await sendOverHttp(gateway, ada, draft(conversation_id, 'kept'))
    expect(copy(dataDir, 'backup', backup)).toMatchObject({
      status: 1,
      said: expect.stringMatching(/is in use/),
    })
    await system.stop()
    expect(copy(dataDir, 'backup', backup)).toMatchObject({ status: 0 })
    expect(copy(dataDir, 'backup', backup)).toMatchObject({ status: 1, said: `${backup} is there already` })

    // What the copy does not hold: messages, and somebody who comes and is matched.
    system = await start()
    gateway = system.gateways[0]!
    const stranger = await register(gateway, 'lost')
    await match(gateway, ada, stranger)
    for (const content of ['lost 1', 'lost 2'])
      await sendOverHttp(gateway, ada, draft(conversation_id, content))
    const before = await openSession(gateway, ben.token)
    const cursor = cursorOf(before)
    await system.stop()
    expect(copy(dataDir, 'restore', folder)).toMatchObject({ status: 1, said: `${folder} is no backup` })
    expect(copy(dataDir, 'restore', backup)).toMatchObject({ status: 0 })

    // The store moves on past the place that the cursor names, before its owner is back.
    system = await start()
    gateway = system.gateways[0]!
    for (const content of ['new 1', 'new 2', 'new 3', 'new 4'])
      await sendOverHttp(gateway, ada, draft(conversation_id, content))
    const late = await openSocket(gateway, ben.token)
    late.send({ type: 'hello', cursor })

    expect(await late.waitFor('reset')).toMatchObject({ type: 'reset', reason: expect.any(String) })
    expect(await late.closedWithin(10_000)).toMatchObject({ code: 4010 })
    expect(late.of('chat_message')).toEqual([])
    const reloaded = await openSession(gateway, ben.token)
    const kept = ['kept', 'new 1', 'new 2', 'new 3', 'new 4'].map((content, index) => [index + 1, content])
    expect(await contents(gateway, ben)).toEqual(kept)
    expect((await listMatches(gateway, ada)).map(({ user }) => user.id)).toEqual([ben.id])

    // From here on all is as usual, over another start as well, and events reach the other services.
    await sendOverHttp(gateway, ada, draft(conversation_id, 'live'))
    await reloaded.waitFor(
      'chat_message',
      ({ message }) => (message as { content: string }).content === 'live',
    )
    const newcomer = await register(gateway, 'newcomer')
    await match(gateway, ada, newcomer)
    const newCursor = cursorOf(reloaded)
    await system.stop()
    system = await start()
    await using resumed = await openSession(system.gateways[0]!, ben.token, newCursor)
    expect(resumed.of('reset')).toEqual([])
    expect(resumed.of('chat_message')).toMatchObject([{ message: { content: 'live' } }])
  },
)
