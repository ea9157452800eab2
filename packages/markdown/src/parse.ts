import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import { splitMentions } from './mentions.ts'
import type { Block, Inline } from './tree.ts'

/** Deeper than any person writes; what lies below is shown as it was typed. */
const MOST_DEPTH = 8
const TOO_DEEP = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){9}/m

/**
 * The tree of a message's text: paragraphs, quotes, lists and code; strong, emphasis, strike, code, links and mentions
 * in them. Whatever else Markdown knows (HTML, headings, tables, images, rules) is text as it was typed, and nothing
 * of it can reach a page but as text. CommonMark with GitHub's extensions by `marked`, line breaks kept.
 */
export function parse(content: string): Block[] {
  // The lexer recurses for each mark at the beginning of a line: thousands of them would exhaust the stack.
  if (TOO_DEEP.test(content)) return [typed(content) ?? []].flat()
  return toBlocks(new Lexer({ gfm: true, breaks: true }).lex(content), 0)
}

const known = (token: Token): MarkedToken => token as MarkedToken

function toBlocks(tokens: readonly Token[], depth: number): Block[] {
  return tokens.flatMap((token) => toBlock(known(token), depth) ?? [])
}

function toBlock(token: MarkedToken, depth: number): Block | undefined {
  if (depth >= MOST_DEPTH) return typed(token.raw)
  switch (token.type) {
    case 'space':
      return undefined
    case 'paragraph':
      return { type: 'paragraph', children: toInlines(token.tokens, depth) }
    case 'text':
      return {
        type: 'paragraph',
        children: token.tokens ? toInlines(token.tokens, depth) : splitMentions(token.text),
      }
    case 'blockquote':
      return { type: 'quote', children: toBlocks(token.tokens, depth + 1) }
    case 'code':
      return token.codeBlockStyle === 'indented'
        ? typed(token.raw)
        : { type: 'code', language: token.lang || null, text: token.text }
    case 'list':
      return toList(token, depth)
    default:
      return typed(token.raw)
  }
}

const toList = ({ ordered, start, items }: Tokens.List, depth: number): Block => ({
  type: 'list',
  ordered,
  start: ordered && start !== '' ? start : 1,
  items: items.map(({ tokens }) => toBlocks(tokens, depth + 1)),
})

/** What is no part of the subset stands there as it was typed. */
function typed(raw: string): Block | undefined {
  const text = raw.replace(/\n+$/, '')
  return text === '' ? undefined : { type: 'paragraph', children: splitMentions(text) }
}

function toInlines(tokens: readonly Token[], depth: number): Inline[] {
  return joinTexts(tokens.flatMap((token) => toInline(known(token), depth)))
}

function toInline(token: MarkedToken, depth: number): Inline[] {
  if (depth >= MOST_DEPTH) return [{ type: 'text', text: token.raw }]
  switch (token.type) {
    case 'strong':
      return [{ type: 'strong', children: toInlines(token.tokens, depth + 1) }]
    case 'em':
      return [{ type: 'emphasis', children: toInlines(token.tokens, depth + 1) }]
    case 'del':
      return [{ type: 'strike', children: toInlines(token.tokens, depth + 1) }]
    case 'codespan':
      return [{ type: 'code', text: token.text }]
    case 'br':
      return [{ type: 'text', text: '\n' }]
    case 'link':
      return toLink(token, depth)
    case 'escape':
      return [{ type: 'text', text: token.text }]
    case 'text':
      return token.tokens ? toInlines(token.tokens, depth) : splitMentions(token.text)
    default:
      return splitMentions(token.raw)
  }
}

const SAFE = new Set(['http:', 'https:', 'mailto:'])

function toLink({ href, raw, tokens }: Tokens.Link, depth: number): Inline[] {
  const url = URL.canParse(href) ? new URL(href) : undefined
  if (!url || !SAFE.has(url.protocol)) return splitMentions(raw)
  return [{ type: 'link', url: url.href, children: withoutLinks(toInlines(tokens, depth + 1)) }]
}

/** A name in a link's text leads where the link does. */
const withoutLinks = (inlines: readonly Inline[]): Inline[] =>
  joinTexts(
    inlines.map((inline) =>
      inline.type === 'mention' ? ({ type: 'text', text: inline.text } as const) : inline,
    ),
  )

function joinTexts(inlines: readonly Inline[]): Inline[] {
  const joined: Inline[] = []
  for (const inline of inlines) {
    const last = joined.at(-1)
    if (inline.type === 'text' && last?.type === 'text')
      joined[joined.length - 1] = { type: 'text', text: last.text + inline.text }
    else joined.push(inline)
  }
  return joined
}
