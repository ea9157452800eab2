import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { expect, test } from 'vitest'

const CLIENT = fileURLToPath(new URL('client.py', import.meta.url))

interface Seen {
  subprotocol: string
  /** `seq` and id of each message that was acknowledged. */
  acks: [seq: number, id: number][]
  live: [content: string, id: number]
  missed: [content: string, id: number][]
  read: [seq: number, isOfReader: boolean]
}

/** Debian's package is for Debian's own Python, which need not be the first on the path. */
const python = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import websockets']).status === 0,
)

test.skipIf(python === undefined)(
  'a client of another language and library registers, sends, receives, and resumes by its cursor',
  async () => {
    await using system = await startSystem({ gateways: 1, env: { DRAIN_SECONDS: '0' } })
    const [gateway = ''] = system.gateways
    const { stdout } = await promisify(execFile)(python ?? '', [CLIENT, gateway], { timeout: 90_000 })
    const { subprotocol, acks, live, missed, read } = JSON.parse(stdout) as Seen
    const ids = acks.map(([, id]) => id)

    expect(subprotocol).toBe('parley.v1')
    expect(acks.map(([seq]) => seq)).toEqual([1, 2, 3])
    expect(live).toEqual(['one', ids[0]])
    expect(missed).toEqual([
      ['two', ids[1]],
      ['three', ids[2]],
    ])
    expect(read).toEqual([3, true])
  },
)
