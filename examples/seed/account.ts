// The demo people's accounts. Their password is random; it stays beside the data of the system that it opens.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ParleyClient } from '@parley/client'
import { patiently } from './patiently.ts'
import { type Name, names, people } from './people.ts'

const file = join(process.env['DATA_DIR'] ?? '.parley', 'demo-world.json')

export type Clients = Readonly<Record<Name, ParleyClient>>

/** The password of an earlier run, or a new one. */
export async function demoPassword(): Promise<string> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { password: string }).password
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') throw err
  }
  const password = randomBytes(12).toString('base64url')
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, JSON.stringify({ password }), { mode: 0o600 })
  return password
}

export const usernameOf = (name: Name): string => `demo.${name}`

/** Everybody registered, or logged in where an earlier run has registered them, with their profiles. */
export async function arrive(url: string, password: string): Promise<Clients> {
  const arrived = []
  for (const name of names) arrived.push([name, await arriveAs(name, { url, password })] as const)
  // One entry for each name of the list.
  return Object.fromEntries(arrived) as Clients
}

async function arriveAs(
  name: Name,
  { url, password }: { url: string; password: string },
): Promise<ParleyClient> {
  const client = new ParleyClient({ url })
  const { first_name, last_name, profile } = people[name]
  const username = usernameOf(name)
  try {
    await patiently(() => client.register({ username, password, first_name, last_name }))
  } catch (err) {
    if ((err as { code?: string }).code !== 'username_taken') throw err
    await patiently(() => client.logIn({ identifier: username, password })).catch((cause: unknown) => {
      throw new Error(`${username} exists with a password that is not in ${file}`, { cause })
    })
  }
  await patiently(() => client.call('matching.put_profile', profile))
  return client
}
