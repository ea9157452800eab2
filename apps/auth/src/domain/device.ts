const MOST_CHARS = 256

/** A User-Agent as the database can hold it and a list can show it; null when there is none. */
export function deviceName(userAgent: string | undefined): string | null {
  const name = (userAgent ?? '').replaceAll('\0', '').slice(0, MOST_CHARS).toWellFormed().trim()
  return name === '' ? null : name
}
