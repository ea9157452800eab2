import { limits } from '@parley/client'
import type { LiveConversation, ShownMessage } from '@parley/client/state'
import { SendHorizontal } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useMe } from '../../app/me.ts'
import { useSource } from '../../app/use-source.ts'
import { useTold } from '../../app/use-told.ts'
import { EmojiButton } from '../../components/emoji-button.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { insertText } from './insert-text.ts'
import { IntentLine } from './intent-line.tsx'
import type { Intent } from './intent.ts'
import { MentionList } from './mention-list.tsx'
import { useDraft } from './use-draft.ts'
import { useMentions } from './use-mentions.ts'

export interface ComposerProps {
  conversation: LiveConversation
  /** What is written here answers this message. */
  thread?: number | undefined
  intent: Intent
  onIntent: (intent: Intent) => void
  onDone: () => void
}

/** Where one writes. It works without a connection: what is sent waits. */
export function Composer(props: ComposerProps) {
  const t = useTranslations('conversation')
  const isClosed = useSource(props.conversation.view)?.state === 'closed'
  if (!isClosed) return <Field {...props} />
  return <p className="border-t border-line bg-surface p-5 text-center text-sm text-muted">{t('closed')}</p>
}

function Field({ conversation, thread, intent, onIntent, onDone }: ComposerProps) {
  const t = useTranslations('conversation')
  const field = useRef<HTMLTextAreaElement>(null)
  const draft = useDraft(thread === undefined ? `${conversation.id}` : `${conversation.id}.${thread}`, intent)
  const mentions = useMentions(conversation, draft.text, field)
  const lastOwn = useLastOwn(conversation, thread)
  const say = useSay({ conversation, thread, intent })
  useEffect(() => {
    if (intent.kind !== 'new' || thread !== undefined) field.current?.focus()
  }, [intent, thread])

  const send = () => {
    const text = draft.text.trim()
    if (text === '') return
    say(text)
    draft.clear()
    onDone()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || mentions.takes(event)) return
    const last = event.key === 'ArrowUp' && draft.text === '' ? lastOwn() : undefined
    if (last) return onIntent({ kind: 'edit', message: last })
    const isLeaving = event.key === 'Escape' && intent.kind !== 'new'
    const isSending = event.key === 'Enter' && !event.shiftKey
    if (isLeaving || isSending) event.preventDefault()
    if (isLeaving) onDone()
    if (isSending) send()
  }
  const label = thread === undefined ? t('write') : t('thread.write')
  return (
    <div className="relative shrink-0 border-t border-line bg-surface px-3 py-3 sm:px-5">
      <IntentLine intent={intent} onDone={onDone} />
      <MentionList mentions={mentions} />
      <div className="flex items-end gap-2">
        <textarea
          ref={field}
          rows={1}
          aria-label={label}
          placeholder={label}
          maxLength={limits.content_chars}
          value={draft.text}
          onKeyDown={onKeyDown}
          onChange={({ target }) => {
            draft.write(target.value)
            if (intent.kind !== 'edit') conversation.setTyping(target.value !== '')
          }}
          {...mentions.field}
          className="field-sizing-content max-h-40 min-h-11 flex-1 resize-none rounded-2xl bg-sunken px-4 py-2.5"
        />
        <EmojiButton
          label={t('emoji')}
          onChoose={(emoji) => field.current && insertText(field.current, emoji)}
          onClosed={() => field.current?.focus()}
        />
        <IconButton
          icon={SendHorizontal}
          label={t('send')}
          disabled={draft.text.trim() === ''}
          onClick={send}
          className="bg-accent! text-white! hover:bg-accent-strong!"
        />
      </div>
    </div>
  )
}

type Where = Pick<ComposerProps, 'conversation' | 'thread' | 'intent'>

/** Says a text as it is meant: as another one for a message, as an answer, or by itself. */
function useSay({ conversation, thread, intent }: Where): (text: string) => void {
  const told = useTold()
  return (text) => {
    if (intent.kind === 'edit') {
      told(conversation.edit(intent.message, text))
      return
    }
    const parent = intent.kind === 'reply' ? (intent.message.id ?? undefined) : thread
    // What becomes of it stands beside the message.
    conversation.send(text, { parent_message_id: parent }).acked.catch(() => {})
  }
}

/** Finds what one has said last, to edit it. */
function useLastOwn(
  conversation: LiveConversation,
  thread: number | undefined,
): () => ShownMessage | undefined {
  const me = useMe()
  return () =>
    conversation.messages
      .get()
      .findLast(
        ({ id, sender, is_deleted, kind, parent_message_id }) =>
          id !== null &&
          sender.id === me.id &&
          !is_deleted &&
          kind === 'text' &&
          (thread === undefined || parent_message_id === thread),
      )
}
