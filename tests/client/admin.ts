import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** What `npm run admin -- create <username>` runs once everything is built; gives what it prints. */
export async function runAdmin(
  dataDir: string,
  username: string,
  line: string,
  settings: Record<string, string> = {},
): Promise<string> {
  const args = [
    fromRoot('packages/local-stack/src/launcher/with-system.ts'),
    fromRoot('apps/auth/dist/admin.js'),
  ]
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, ...settings }
  const child = spawn(process.execPath, [...args, 'create', username], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin.end(line)
  await once(child, 'close')
  return output
}
