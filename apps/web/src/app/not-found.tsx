import { Compass } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { Page } from '../components/page.tsx'

export function NotFound() {
  const t = useTranslations('notFound')
  return (
    <Page title={t('title')}>
      <EmptyState icon={Compass} title={t('title')} text={t('text')}>
        <Button asChild>
          <Link href="/messages">{t('home')}</Link>
        </Button>
      </EmptyState>
    </Page>
  )
}
