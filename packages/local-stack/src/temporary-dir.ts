import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A fresh directory that another user may pass through, which PostgreSQL needs when root starts it. */
export async function temporaryDir(purpose: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `parley-${purpose}-`))
  await chmod(dir, 0o711)
  return dir
}
