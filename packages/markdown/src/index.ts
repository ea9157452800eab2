export { parse } from './parse.ts'
export { plainText, preview } from './plain-text.ts'
export type { Block, Inline } from './tree.ts'
