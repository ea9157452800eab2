import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The directory `name` of the cache, filled once: `fill` works in a temporary one which then takes the name, so that
 * parallel runs never see half of it.
 */
export async function cached(
  { cacheDir, name }: { cacheDir: string; name: string },
  fill: (dir: string) => Promise<void>,
): Promise<string> {
  const final = join(cacheDir, name)
  if (existsSync(final)) return final
  await mkdir(cacheDir, { recursive: true })
  const temporary = await mkdtemp(join(cacheDir, '.filling-'))
  try {
    await fill(temporary)
    await rename(temporary, final)
  } catch (err) {
    await rm(temporary, { recursive: true, force: true })
    // Another run may have filled it meanwhile: the rename then finds a directory that is not empty.
    if (!existsSync(final)) throw err
  }
  return final
}
