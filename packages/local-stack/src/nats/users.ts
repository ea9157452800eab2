import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createUser } from '@nats-io/nkeys'
import { natsRights, natsUsers, type NatsUser } from '@parley/protocol'

const list = (subjects: readonly string[]): string =>
  `{ allow: [${subjects.map((subject) => `\n        ${JSON.stringify(subject)}`).join('')}\n      ] }`

/** The users of NATS as its configuration has them, each with what it may say and hear, and nothing besides. */
export const natsUserList = (keyOf: (user: NatsUser) => string): string =>
  natsUsers
    .map((user) => {
      const { publish, subscribe, replies } = natsRights(user)
      return `  { nkey: ${keyOf(user)}, permissions: {
      publish: ${list(publish)}
      subscribe: ${list(subscribe)}${replies ? '\n      allow_responses: { max: 1, expires: "1m" }' : ''}
  } }`
    })
    .join('\n')

export interface NatsKeys {
  /** The users by their public keys, as `natsConfigFile` takes them. */
  users: string
  seedFile(user: NatsUser): string
}

/** A new key for each user of NATS; the seeds are files of `dir`. */
export async function makeNatsKeys(dir: string): Promise<NatsKeys> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const seedFile = (user: NatsUser) => join(dir, `${user}.seed`)
  const publicKeys = new Map<NatsUser, string>()
  for (const user of natsUsers) {
    const key = createUser()
    publicKeys.set(user, key.getPublicKey())
    await writeFile(seedFile(user), key.getSeed(), { mode: 0o600 })
  }
  return { users: natsUserList((user) => publicKeys.get(user) ?? ''), seedFile }
}
