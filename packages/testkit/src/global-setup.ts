import { startPostgres } from '@parley/local-stack'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which test files create their databases. */
    postgresUrl: string
  }
}

/** One Postgres a run: the first project that needs it starts it, and the others find it in the root's context. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const root = project.vitest.getRootProject()
  if (root.getProvidedContext().postgresUrl) return undefined
  const url = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL']
  const postgres = await startPostgres({ ...(url ? { url } : {}), durable: false })
  root.provide('postgresUrl', postgres.url)
  return () => postgres.stop()
}
