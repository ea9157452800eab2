/** The form in which interests are compared: spelling of case and outer blanks do not part two people. */
export function interestKeys(interests: readonly string[]): string[] {
  const keys = interests.map((interest) => interest.normalize('NFKC').trim().toLowerCase())
  return [...new Set(keys)].filter((key) => key !== '')
}
