import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useErrorText } from '../texts/error-text.ts'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'

export interface FailureProps {
  error: unknown
  onRetry: () => void
}

/** Why something could not be loaded, in its place, and another try. */
export function Failure({ error, onRetry }: FailureProps) {
  const t = useTranslations('common')
  const errorText = useErrorText()
  return (
    <EmptyState icon={RefreshCw} title={errorText(error)}>
      <Button onClick={onRetry}>{t('retry')}</Button>
    </EmptyState>
  )
}
