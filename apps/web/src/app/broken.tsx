import { TriangleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'

interface BrokenProps {
  /** A new page is given a new chance. */
  path: string
  children: ReactNode
}

interface BrokenState {
  isBroken: boolean
  path: string
}

/** Where a page fails, the way around stays. React has this for classes only. */
export class Broken extends Component<BrokenProps, BrokenState> {
  override readonly state = { isBroken: false, path: this.props.path }

  static getDerivedStateFromError(): Partial<BrokenState> {
    return { isBroken: true }
  }

  static getDerivedStateFromProps({ path }: BrokenProps, before: BrokenState): BrokenState | null {
    return path === before.path ? null : { isBroken: false, path }
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Apology /> : this.props.children
  }
}

function Apology() {
  const t = useTranslations('broken')
  return (
    <div className="flex h-full">
      <EmptyState icon={TriangleAlert} title={t('title')} text={t('text')}>
        <Button onClick={() => location.reload()}>{t('reload')}</Button>
      </EmptyState>
    </div>
  )
}
