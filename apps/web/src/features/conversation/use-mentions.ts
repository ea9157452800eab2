import type { Member } from '@parley/client'
import type { LiveConversation } from '@parley/client/state'
import { type ComponentProps, type KeyboardEvent, type RefObject, useId, useState } from 'react'
import { useMe } from '../../app/me.ts'
import { useSource } from '../../app/use-source.ts'
import { insertText } from './insert-text.ts'
import { membersLike, mentionAt } from './mention.ts'

export interface Mentions {
  listId: string
  /** Whom the name that is being written may mean; the list is open while there are any. */
  people: readonly Member[]
  /** Which of them is pointed at. */
  active: number
  choose: (member: Member) => void
  /** Takes the keys that are the list's; whether it did. */
  takes: (event: KeyboardEvent) => boolean
  /** For the field that one writes in. */
  field: Pick<ComponentProps<'textarea'>, 'onSelect' | 'onInput' | 'onBlur' | 'role'> &
    Record<`aria-${string}`, unknown>
}

export const optionId = (listId: string, index: number): string => `${listId}-${index}`

/** Completes `@` and the beginning of a name. The focus stays in the field: a combobox, while the list is open. */
export function useMentions(
  conversation: LiveConversation,
  text: string,
  field: RefObject<HTMLTextAreaElement | null>,
): Mentions {
  const me = useMe()
  const members = useSource(conversation.members)
  const listId = useId()
  /** Undefined while the focus is elsewhere. */
  const [caret, setCaret] = useState<number>()
  const [pointed, setPointed] = useState({ prefix: '', index: 0 })
  const [dismissed, setDismissed] = useState<number>()
  const begun = caret === undefined ? undefined : mentionAt(text, caret)
  const people = begun && begun.start !== dismissed ? membersLike(members, begun.prefix, me.id) : []
  const active = Math.min(begun?.prefix === pointed.prefix ? pointed.index : 0, people.length - 1)

  const moved = (at: number | undefined) => {
    setCaret(at)
    // Once one has left it, another may begin in its place.
    if (at === undefined || mentionAt(field.current?.value ?? '', at)?.start !== dismissed)
      setDismissed(undefined)
  }
  const choose = ({ user }: Member) => {
    if (!begun || !field.current) return
    insertText(field.current, `@${user.username} `, { from: begun.start, to: caret })
    field.current.focus()
  }
  const point = (step: number) =>
    setPointed({ prefix: begun?.prefix ?? '', index: (active + step + people.length) % people.length })
  const byKey: Record<string, () => void> = {
    ArrowDown: () => point(1),
    ArrowUp: () => point(-1),
    Enter: () => people[active] && choose(people[active]),
    Tab: () => people[active] && choose(people[active]),
    Escape: () => setDismissed(begun?.start),
  }
  const takes = (event: KeyboardEvent) => {
    const act = people.length > 0 && !event.shiftKey ? byKey[event.key] : undefined
    if (!act) return false
    event.preventDefault()
    act()
    return true
  }
  return { listId, people, active, choose, takes, field: fieldOf({ listId, people, active, moved }) }
}

/** What a screen reader is told of the field. */
function fieldOf({
  listId,
  people,
  active,
  moved,
}: Pick<Mentions, 'listId' | 'people' | 'active'> & {
  moved: (caret: number | undefined) => void
}): Mentions['field'] {
  const onMoved = ({ currentTarget }: { currentTarget: HTMLTextAreaElement }) =>
    moved(currentTarget.selectionEnd)
  return {
    onSelect: onMoved,
    onInput: onMoved,
    onBlur: () => moved(undefined),
    'aria-autocomplete': 'list',
    ...(people.length > 0 && {
      role: 'combobox',
      'aria-expanded': true,
      'aria-haspopup': 'listbox',
      'aria-controls': listId,
      'aria-activedescendant': optionId(listId, active),
    }),
  }
}
