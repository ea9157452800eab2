import { useState } from 'react'
import type { Intent } from './intent.ts'

const keyOf = (id: string) => `parley.draft.${id}`

function kept(id: string): string {
  try {
    return localStorage.getItem(keyOf(id)) ?? ''
  } catch {
    // A private window that keeps nothing.
    return ''
  }
}

function keep(id: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(keyOf(id))
    else localStorage.setItem(keyOf(id), text)
  } catch {
    // It stays in the field all the same.
  }
}

/** What has been written and not sent: kept for each conversation and thread, over reloads. A text that is edited is beside it. */
export function useDraft(id: string, intent: Intent) {
  const [text, setText] = useState(() => kept(id))
  const [edited, setEdited] = useState<{ intent: Intent; text: string }>()
  if (intent.kind !== 'edit')
    return {
      text,
      write: (next: string) => {
        setText(next)
        keep(id, next)
      },
      clear: () => {
        setText('')
        keep(id, '')
      },
    }
  return {
    text: edited?.intent === intent ? edited.text : intent.message.content,
    write: (next: string) => setEdited({ intent, text: next }),
    clear: () => setEdited(undefined),
  }
}
