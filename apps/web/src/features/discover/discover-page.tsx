import type { Candidate } from '@parley/client'
import { Heart, type LucideIcon, Search, Undo2, X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Failure } from '../../components/failure.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Page } from '../../components/page.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { CandidateCard } from './candidate-card.tsx'
import { useDeck } from './use-deck.ts'

type Decide = (candidate: Candidate, kind: 'like' | 'pass') => void

export function DiscoverPage() {
  const t = useTranslations('discover')
  const deck = useDeck()
  return (
    <Page title={t('title')} actions={<IconButton icon={Undo2} label={t('undo')} onClick={deck.undo} />}>
      <Deck {...deck} />
    </Page>
  )
}

function Deck({ current, next, isLoading, error, reload, decide }: ReturnType<typeof useDeck>) {
  const t = useTranslations('discover')
  useArrowKeys(current, decide)
  if (isLoading) return <Spinner />
  if (error) return <Failure error={error} onRetry={reload} />
  if (!current)
    return (
      <EmptyState icon={Search} title={t('nobody')} text={t('nobodyText')}>
        <Button onClick={reload}>{t('again')}</Button>
        <Button variant="secondary" asChild>
          <Link href="/account">{t('preferences')}</Link>
        </Button>
      </EmptyState>
    )
  return (
    <div className="m-auto flex w-full max-w-sm flex-1 flex-col justify-center">
      <div className="relative max-h-[560px] min-h-80 flex-1">
        {next && <CandidateCard key={next.user.id} candidate={next} isBehind />}
        <CandidateCard key={current.user.id} candidate={current} />
      </div>
      <div className="mt-8 mb-2 flex items-center justify-center gap-6">
        <RoundButton icon={X} label={t('pass')} onClick={() => decide(current, 'pass')} />
        <RoundButton icon={Heart} label={t('like')} isLike onClick={() => decide(current, 'like')} />
      </div>
      <p className="hidden text-center text-sm text-muted md:block">{t('keys')}</p>
    </div>
  )
}

interface RoundButtonProps {
  icon: LucideIcon
  label: string
  isLike?: boolean
  onClick: () => void
}

function RoundButton({ icon: Icon, label, isLike = false, onClick }: RoundButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className={`inline-flex size-16 items-center justify-center rounded-full border border-line bg-surface shadow-card transition-transform hover:scale-105 active:scale-95 ${isLike ? 'text-like' : 'text-muted'}`}
    >
      <Icon aria-hidden size={30} strokeWidth={2.2} fill={isLike ? 'currentColor' : 'none'} />
    </button>
  )
}

/** The right arrow likes, the left one passes, unless something else has the keys. */
function useArrowKeys(current: Candidate | undefined, decide: Decide): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isElsewhere =
        event.target instanceof Element && event.target.closest('input, textarea, [role=dialog]')
      if (!current || isElsewhere || event.repeat || event.altKey || event.metaKey || event.ctrlKey) return
      if (event.key === 'ArrowRight') decide(current, 'like')
      if (event.key === 'ArrowLeft') decide(current, 'pass')
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [current, decide])
}
