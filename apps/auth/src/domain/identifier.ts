/** What a person logs in with. No username holds "@" or begins with "+", so one text cannot be two of them. */
export function readIdentifier(text: string): { field: 'username' | 'email' | 'phone'; value: string } {
  if (text.includes('@')) return { field: 'email', value: text.toLowerCase() }
  if (text.startsWith('+')) return { field: 'phone', value: text }
  return { field: 'username', value: text.toLowerCase() }
}
