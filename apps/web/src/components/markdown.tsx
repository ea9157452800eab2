import { type Block, type Inline, parse } from '@parley/markdown'
import { clsx } from 'clsx'
import { Fragment, memo, type ReactNode } from 'react'

export interface MarkdownProps {
  text: string
  /** On the colour of one's own messages. */
  isOnAccent?: boolean
}

/** The text of a message as elements, never as HTML: whatever it says, it stays text. */
export const Markdown = memo(function Markdown({ text, isOnAccent = false }: MarkdownProps) {
  return (
    <div className={clsx('flex flex-col gap-1.5 wrap-anywhere', isOnAccent && 'on-accent')}>
      {blocks(parse(text))}
    </div>
  )
})

// Nothing moves in a text that was read, so the place of a part is its name.
const blocks = (list: readonly Block[]): ReactNode =>
  list.map((block, index) => <Fragment key={index}>{blockOf(block)}</Fragment>)

const inlines = (list: readonly Inline[]): ReactNode =>
  list.map((inline, index) => <Fragment key={index}>{inlineOf(inline)}</Fragment>)

const FILL = 'bg-black/8 in-[.on-accent]:bg-white/20 dark:bg-white/10'

function blockOf(block: Block): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return <p className="whitespace-pre-wrap">{inlines(block.children)}</p>
    case 'quote':
      return <blockquote className="border-l-3 border-current/40 pl-3">{blocks(block.children)}</blockquote>
    case 'code':
      return (
        <pre className={clsx('max-w-full overflow-x-auto rounded-lg px-3 py-2 text-[13px]', FILL)}>
          <code>{block.text}</code>
        </pre>
      )
    case 'list': {
      const items = block.items.map((item, index) => <li key={index}>{blocks(item)}</li>)
      return block.ordered ? (
        <ol start={block.start} className="list-decimal pl-6">
          {items}
        </ol>
      ) : (
        <ul className="list-disc pl-6">{items}</ul>
      )
    }
  }
}

function inlineOf(inline: Inline): ReactNode {
  switch (inline.type) {
    case 'text':
      return inline.text
    case 'code':
      return <code className={clsx('rounded px-1 py-0.5 text-[0.9em]', FILL)}>{inline.text}</code>
    case 'strong':
      return <strong className="font-semibold">{inlines(inline.children)}</strong>
    case 'emphasis':
      return <em>{inlines(inline.children)}</em>
    case 'strike':
      return <s>{inlines(inline.children)}</s>
    case 'link':
      return (
        <a
          href={inline.url}
          target="_blank"
          rel="noreferrer nofollow"
          className="underline underline-offset-2"
        >
          {inlines(inline.children)}
        </a>
      )
    case 'mention':
      return (
        <span className="font-semibold text-accent-text in-[.on-accent]:text-current">{inline.text}</span>
      )
  }
}
