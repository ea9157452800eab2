import { parse } from './parse.ts'
import type { Block, Inline } from './tree.ts'

/** The text of a message as plain words on one line: for a list, a notification, or what is quoted. */
export const preview = (content: string): string => plainText(parse(content)).replace(/\s+/g, ' ').trim()

/** The text without its marks, line by line. */
export function plainText(blocks: readonly Block[]): string {
  return blocks.map(ofBlock).join('\n')
}

function ofBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return block.children.map(ofInline).join('')
    case 'quote':
      return plainText(block.children)
    case 'code':
      return block.text
    case 'list':
      return block.items.map((item) => plainText(item)).join('\n')
  }
}

const ofInline = (inline: Inline): string =>
  'children' in inline ? inline.children.map(ofInline).join('') : inline.text
