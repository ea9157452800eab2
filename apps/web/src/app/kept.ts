/** What this browser keeps under a name; null where there is nothing, and in private windows that refuse storage. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keeps a text under a name, or nothing any more. Where storage is refused it lasts as long as the page that has it. */
export function keep(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // Nobody can be asked for it.
  }
}
