import { useTranslations } from 'use-intl'
import { Button } from './button.tsx'

export interface MoreButtonProps {
  hasMore: boolean
  isLoading: boolean
  onClick: () => void
}

/** The next page of a list; nothing where there is none. */
export function MoreButton({ hasMore, isLoading, onClick }: MoreButtonProps) {
  const t = useTranslations('common')
  if (!hasMore) return null
  return (
    <Button variant="secondary" className="mx-auto mt-4" disabled={isLoading} onClick={onClick}>
      {t('more')}
    </Button>
  )
}
