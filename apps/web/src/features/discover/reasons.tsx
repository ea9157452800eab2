import type { Candidate } from '@parley/client'
import { Sparkles } from 'lucide-react'
import { useTranslations } from 'use-intl'

const SHARED = 'shared_interest:'

/** Why somebody is suggested. A reason that this app does not know is left out. */
export function Reasons({ reasons }: Pick<Candidate, 'reasons'>) {
  const t = useTranslations('discover')
  const shared = reasons
    .filter((reason) => reason.startsWith(SHARED))
    .map((reason) => reason.slice(SHARED.length))
  const texts = [
    ...shared.map((interest) => ({ text: interest, isShared: true })),
    ...(reasons.includes('new_here') ? [{ text: t('newHere'), isShared: false }] : []),
    ...(reasons.includes('complete_profile') ? [{ text: t('completeProfile'), isShared: false }] : []),
  ]
  if (texts.length === 0) return null
  return (
    <div>
      {shared.length > 0 && (
        <p className="mb-2 flex items-center gap-1.5 text-sm font-medium text-white/90">
          <Sparkles aria-hidden size={15} />
          {t('inCommon', { count: shared.length })}
        </p>
      )}
      <ul className="flex flex-wrap gap-2">
        {texts.map(({ text, isShared }) => (
          <li
            key={text}
            className={
              isShared
                ? 'rounded-full bg-white px-3 py-1 text-sm font-medium text-[#3a2a5c]'
                : 'rounded-full bg-black/30 px-3 py-1 text-sm text-white'
            }
          >
            {text}
          </li>
        ))}
      </ul>
    </div>
  )
}
