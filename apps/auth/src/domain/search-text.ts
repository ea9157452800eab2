/** As long as a search may be; it bounds cursors, which carry a key. */
const MOST_CHARS = 64

/** Text in the one form in which names are compared: letter case and compatibility forms make no difference. */
export function foldText(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
  // A character of two code units that the cut halves is left out whole.
  return folded.slice(0, MOST_CHARS).replace(/[\ud800-\udbff]$/, '')
}

/** What a search compares with the beginning of. */
export function nameKeys(firstName: string, lastName: string): { name_key: string; last_name_key: string } {
  return { name_key: foldText(`${firstName} ${lastName}`), last_name_key: foldText(lastName) }
}
