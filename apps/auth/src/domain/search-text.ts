/** Text in the one form in which names are compared: letter case and compatibility forms make no difference. */
export const foldText = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()

/** What a search compares with the beginning of. */
export function nameKeys(firstName: string, lastName: string): { name_key: string; last_name_key: string } {
  return { name_key: foldText(`${firstName} ${lastName}`), last_name_key: foldText(lastName) }
}
