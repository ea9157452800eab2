import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Migration } from 'kysely/migration'
import type * as z from 'zod'
import { projectFiles } from '../check/project-files.ts'

export interface App {
  name: string
  settings: z.ZodObject
  /** Undefined for an app without a database. */
  migrations: Record<string, Migration> | undefined
}

/** Every service of the tree, by the files that the house gives each; the web app is none. */
export function loadApps(root: string): Promise<App[]> {
  const names = projectFiles(root, ['apps/*/src/config.ts']).map((file) => file.split('/')[1] ?? '')
  return Promise.all(
    names.map(async (name) => {
      const config = (await import(join(root, 'apps', name, 'src/config.ts'))) as { settings: z.ZodObject }
      const file = join(root, 'apps', name, 'src/store/migrations/index.ts')
      if (!existsSync(file)) return { name, settings: config.settings, migrations: undefined }
      const { migrations } = (await import(file)) as { migrations: Record<string, Migration> }
      return { name, settings: config.settings, migrations }
    }),
  )
}
