/** Prints the Secrets by which NATS, Postgres and the services know each other, new at each run: `kubectl apply -f -` takes them. */
import { randomBytes } from 'node:crypto'
import { createUser } from '@nats-io/nkeys'
import { natsUsers, serviceNames } from '@parley/protocol'
import { stringify } from 'yaml'

interface Secret {
  type?: string
  labels?: Record<string, string>
}

const secret = (name: string, stringData: Record<string, string>, { type, labels }: Secret = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, ...(labels && { labels }) },
  type: type ?? 'Opaque',
  stringData,
})

const users = natsUsers.map((name) => ({ name, key: createUser() }))
// With this label the operator of Postgres takes a new password at once.
const ofPostgres: Secret = { type: 'kubernetes.io/basic-auth', labels: { 'cnpg.io/reload': 'true' } }
const objects = [
  secret('nats-users', Object.fromEntries(users.map(({ name, key }) => [name, key.getPublicKey()]))),
  ...users.map(({ name, key }) =>
    secret(`nats-user-${name}`, { seed: new TextDecoder().decode(key.getSeed()) }),
  ),
  ...serviceNames.map((service) => {
    const password = randomBytes(24).toString('base64url')
    return secret(`postgres-${service}`, { username: `parley_${service}`, password }, ofPostgres)
  }),
]
process.stdout.write(objects.map((object) => stringify(object)).join('---\n'))
