import type { LiveConversation } from '@parley/client/state'
import { preview } from '@parley/markdown'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useMe } from '../../app/me.ts'
import { useSource } from '../../app/use-source.ts'
import { nameOf } from '../../people.ts'
import { type Heard, heard } from './heard.ts'

/** Tells who sees no page of what others say. The list itself is silent: it also draws what is old. */
export function Announcement({ conversation }: { conversation: LiveConversation }) {
  const t = useTranslations('conversation')
  const me = useMe()
  const messages = useSource(conversation.messages)
  const { isLoaded } = useSource(conversation.history)
  const [before, setBefore] = useState<Heard>()
  const now = isLoaded ? heard(before, messages, me.id) : before
  if (now !== before) setBefore(now)
  const message = now?.message
  return (
    <output className="sr-only">
      {message && (
        // The same words again are another message.
        <span key={message.id}>
          {t('heard', { name: nameOf(message.sender), text: preview(message.content) })}
        </span>
      )}
    </output>
  )
}
