import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { MessagesSquare, MoreHorizontal, Pencil, Reply, Trash2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useTold } from '../../app/use-told.ts'
import { EmojiButton } from '../../components/emoji-button.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Menu, type MenuItem } from '../../components/menu.tsx'
import type { PaneActions } from './intent.ts'

const QUICK = ['👍', '❤️', '😂'] as const

export interface MessageActionsProps {
  message: ShownMessage
  isOwn: boolean
  conversation: LiveConversation
  actions: PaneActions
}

/** What can be done with a message: in sight where it is pointed at or has the focus, and always on touch screens. */
export function MessageActions({ message, isOwn, conversation, actions }: MessageActionsProps) {
  const t = useTranslations('conversation')
  const { onIntent, onThread } = actions
  const told = useTold()
  const react = (emoji: string) => told(conversation.react(message, emoji))
  const { id } = message
  const answering: MenuItem[] =
    onThread && id !== null
      ? [
          { label: t('reply'), icon: Reply, onSelect: () => onIntent({ kind: 'reply', message }) },
          { label: t('thread.open'), icon: MessagesSquare, onSelect: () => onThread(id) },
        ]
      : []
  const own: MenuItem[] = isOwn
    ? [
        { label: t('edit'), icon: Pencil, onSelect: () => onIntent({ kind: 'edit', message }) },
        {
          label: t('delete'),
          icon: Trash2,
          tone: 'danger',
          onSelect: () => told(conversation.delete(message)),
        },
      ]
    : []
  const items = [...answering, ...own]
  return (
    <div className="flex shrink-0 items-center self-center opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-data-[state=open]:opacity-100 pointer-coarse:opacity-100">
      {QUICK.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={t('react', { emoji })}
          onClick={() => react(emoji)}
          className="hidden size-8 items-center justify-center rounded-full hover:bg-sunken @lg:inline-flex"
        >
          <span aria-hidden>{emoji}</span>
        </button>
      ))}
      <EmojiButton size="small" label={t('reactWith')} onChoose={react} />
      {items.length > 0 && (
        <Menu trigger={<IconButton size="small" icon={MoreHorizontal} label={t('more')} />} items={items} />
      )}
    </div>
  )
}
