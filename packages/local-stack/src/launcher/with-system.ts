import { spawn } from 'node:child_process'
import { findSystem } from '../running-system.ts'
import { readLauncherSettings } from './settings.ts'

// Runs a script of a service, which is the first argument, against the system of DATA_DIR.
const [script = '', ...args] = process.argv.slice(2)
try {
  const { databaseUrl, natsUrl } = await findSystem(readLauncherSettings(process.env))
  const env = { ...process.env, DATABASE_URL: databaseUrl, NATS_URL: natsUrl }
  const child = spawn(process.execPath, [script, ...args], { env, stdio: 'inherit' })
  child.once('exit', (code) => (process.exitCode = code ?? 1))
} catch (err) {
  console.error((err as Error).message)
  process.exitCode = 1
}
