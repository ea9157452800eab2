import { LoaderCircle } from 'lucide-react'
import { useTranslations } from 'use-intl'

export function Spinner() {
  const t = useTranslations('common')
  return (
    <output className="flex justify-center p-8 text-muted">
      <LoaderCircle aria-hidden className="animate-spin" size={24} />
      <span className="sr-only">{t('loading')}</span>
    </output>
  )
}
