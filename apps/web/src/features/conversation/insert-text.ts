/** Writes into a field as if it were typed, in the place of a part of it; the caret comes to stand behind it. */
export function insertText(
  field: HTMLTextAreaElement,
  text: string,
  { from = field.selectionStart, to = field.selectionEnd } = {},
): void {
  field.setRangeText(text, from, to, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
