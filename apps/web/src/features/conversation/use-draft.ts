import { useState } from 'react'
import { keep, kept } from '../../app/kept.ts'
import type { Intent } from './intent.ts'

const keyOf = (id: string) => `parley.draft.${id}`

/** What has been written and not sent: kept for each conversation and thread, over reloads. A text that is edited is beside it. */
export function useDraft(id: string, intent: Intent) {
  const [text, setText] = useState(() => kept(keyOf(id)) ?? '')
  const [edited, setEdited] = useState<{ intent: Intent; text: string }>()
  if (intent.kind !== 'edit')
    return {
      text,
      write: (next: string) => {
        setText(next)
        keep(keyOf(id), next === '' ? null : next)
      },
      clear: () => {
        setText('')
        keep(keyOf(id), null)
      },
    }
  return {
    text: edited?.intent === intent ? edited.text : intent.message.content,
    write: (next: string) => setEdited({ intent, text: next }),
    clear: () => setEdited(undefined),
  }
}
