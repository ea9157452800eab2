import { readFile } from 'node:fs/promises'
import { run } from '../process/run.ts'

/** As whom a program that refuses root runs. */
export interface RunAs {
  /** Put before the program and its arguments. */
  prefix: string[]
  ids?: { uid: number; gid: number }
}

const NAMESPACE: RunAs = {
  prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'],
}

/**
 * Finds an identity that can run `program` and reach `dir`: oneself, or for root the user `postgres` or `nobody`, or
 * else a user namespace, where root's own files stay reachable below directories that are closed to others.
 */
export async function findRunAs(program: string, dir: string): Promise<RunAs> {
  const users = await knownUsers()
  const uid = process.getuid?.()
  if (uid === undefined || (uid !== 0 && [...users.values()].some((user) => user.uid === uid)))
    return { prefix: [] }

  const candidates: RunAs[] = [NAMESPACE]
  for (const name of uid === 0 ? ['nobody', 'postgres'] : []) {
    const ids = users.get(name)
    if (ids) candidates.unshift({ prefix: [], ids })
  }
  for (const candidate of candidates) if (await canRun(candidate, program, dir)) return candidate
  throw new Error(
    `PostgreSQL does not run as root, and no other user can reach both ${program} and ${dir}: ` +
      'move them out of directories that only root may enter, or start as an ordinary user',
  )
}

async function canRun({ prefix, ids }: RunAs, program: string, dir: string): Promise<boolean> {
  const probe = [...prefix, '/bin/sh', '-c', '"$0" --version && test -d "$1/."', program, dir]
  const [file = '', ...args] = probe
  return (await run(file, args, { ...ids, cwd: '/' })).ok
}

async function knownUsers(): Promise<Map<string, { uid: number; gid: number }>> {
  const users = new Map<string, { uid: number; gid: number }>()
  // Where there is no such file, nobody is known and root falls through to the namespace.
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name && Number(uid) >= 0) users.set(name, { uid: Number(uid), gid: Number(gid) })
  }
  return users
}
