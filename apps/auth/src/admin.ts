import { Username } from '@parley/protocol'
import { createLog, openDb } from '@parley/service-kit'
import { readAdminConfig } from './config.ts'
import { createAdmin } from './create-admin.ts'
import { readPassword } from './read-password.ts'
import { migrations } from './store/migrations/index.ts'
import type { Tables } from './store/tables.ts'

// The command `npm run admin`. It works beside the running service, whose relay publishes the events that it leaves.
const USAGE = 'usage: npm run admin -- create <username>'

async function run([command, name, ...more]: string[]): Promise<string> {
  if (command !== 'create' || name === undefined || more.length > 0) throw new Error(USAGE)
  const username = Username.safeParse(name)
  if (!username.success) {
    throw new Error(`username: ${username.error.issues.map(({ message }) => message).join(', ')}`)
  }
  const config = readAdminConfig(process.env)
  await using database = await openDb<Tables>({
    url: config.DATABASE_URL,
    schema: 'auth',
    poolSize: 1,
    migrations,
    mayMigrate: config.MIGRATE_AT_START,
    log: createLog({ service: 'auth', instance: 'admin', level: 'silent' }),
  })
  const { stdin, stderr } = process
  return await createAdmin(database.db, username.data, () =>
    readPassword({ input: stdin, output: stderr, isTerminal: stdin.isTTY }),
  )
}

try {
  console.log(await run(process.argv.slice(2)))
} catch (err) {
  const { message, code } = err as Error & { code?: string }
  console.error(message || code)
  process.exitCode = 1
}
