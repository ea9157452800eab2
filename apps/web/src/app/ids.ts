/** Whether a part of an address is an id: anything else leads nowhere. */
export const isId = (text: string): boolean =>
  /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))
