/* oxlint-disable jsx-a11y/prefer-tag-over-role -- no element of HTML completes a text while one writes it */
import { clsx } from 'clsx'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { PersonNames } from '../../components/person-names.tsx'
import { type Mentions, optionId } from './use-mentions.ts'

/** Whom one may mean, above the field that one writes in. */
export function MentionList({ mentions: { listId, people, active, choose } }: { mentions: Mentions }) {
  const t = useTranslations('conversation.mention')
  const pointed = useRef<HTMLDivElement>(null)
  useEffect(() => {
    pointed.current?.scrollIntoView({ block: 'nearest' })
  }, [active, people])
  return (
    <>
      <output className="sr-only">{people.length > 0 && t('found', { count: people.length })}</output>
      {people.length > 0 && (
        <div
          id={listId}
          role="listbox"
          aria-label={t('title')}
          className="absolute inset-x-3 bottom-full z-30 mb-2 max-h-64 max-w-sm animate-rise overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-card sm:inset-x-5"
        >
          {people.map((member, index) => (
            // The keys are the field's, which keeps the focus.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- Enter in the field chooses it
            <div
              key={member.user.id}
              ref={index === active ? pointed : undefined}
              id={optionId(listId, index)}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(member)}
              className={clsx(
                'flex cursor-pointer items-center gap-2.5 rounded-xl px-2.5 py-1.5 hover:bg-sunken',
                index === active && 'bg-accent-soft',
              )}
            >
              <PersonNames of={member.user} />
            </div>
          ))}
        </div>
      )}
    </>
  )
}
