import { type Card, limits } from '@parley/client'
import { useMatches } from '@parley/react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useOperation } from '../app/operations.ts'
import { TextField } from './field.tsx'
import { PersonNames } from './person-names.tsx'

/** So long somebody does not type before people are looked for. */
const PAUSE_MS = 250

export interface PeoplePickerProps {
  picked: readonly Card[]
  onChange: (picked: readonly Card[]) => void
  /** Not offered: they are there already. */
  isLeftOut?: (id: number) => boolean
  /** So many may be picked at once. */
  most?: number
}

/** Picks people: those found by name or, before anything is typed, one's own matches. */
export function PeoplePicker({
  picked,
  onChange,
  isLeftOut = () => false,
  most = limits.members_at_once,
}: PeoplePickerProps) {
  const t = useTranslations('picker')
  const [text, setText] = useState('')
  const query = useSettled(text.trim())
  const { matches } = useMatches()
  const found = useOperation('auth.search_users', { q: query, limit: 20 }, { isWanted: query !== '' })
  const offered = query === '' ? matches.map(({ user }) => user) : (found.data?.items ?? [])
  const isPicked = (id: number) => picked.some((one) => one.id === id)
  // Who is picked keeps the place where they were, so that the focus stays on them.
  const shown = [
    ...picked.filter(({ id }) => !offered.some((one) => one.id === id)),
    ...offered.filter(({ id }) => !isLeftOut(id)),
  ]
  const isFull = picked.length >= most
  return (
    <div className="flex flex-col gap-3">
      <TextField
        type="search"
        label={t('search')}
        hint={isFull ? t('full', { most }) : undefined}
        autoComplete="off"
        maxLength={limits.name_chars}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <fieldset className="max-h-64 overflow-y-auto">
        <legend className="sr-only">{t('people')}</legend>
        {shown.map((person) => (
          <Choice
            key={person.id}
            person={person}
            isPicked={isPicked(person.id)}
            isDisabled={isFull && !isPicked(person.id)}
            onChange={(isNow) =>
              onChange(isNow ? [...picked, person] : picked.filter(({ id }) => id !== person.id))
            }
          />
        ))}
        <output className="block text-sm text-muted">
          {query !== '' && found.data && shown.length === 0 && <span>{t('nobody')}</span>}
        </output>
      </fieldset>
    </div>
  )
}

interface ChoiceProps {
  person: Card
  isPicked: boolean
  isDisabled: boolean
  onChange: (isPicked: boolean) => void
}

function Choice({ person, isPicked, isDisabled, onChange }: ChoiceProps) {
  return (
    <label className="flex cursor-pointer items-center gap-3 rounded-xl px-2 py-2 hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent-text">
      <PersonNames of={person} />
      <input
        type="checkbox"
        checked={isPicked}
        disabled={isDisabled}
        onChange={({ target }) => onChange(target.checked)}
        className="size-5 accent-accent outline-none"
      />
    </label>
  )
}

/** A text once it has not changed for a while. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
