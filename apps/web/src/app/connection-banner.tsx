import type { ConnectionState } from '@parley/client'
import { useConnection } from '@parley/react'
import { CloudOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../components/button.tsx'

/** A reconnect shorter than this is nobody's business. */
const PATIENCE_MS = 1_500

type Trouble = 'offline' | 'reconnecting' | 'replaced' | 'failed'

function troubleOf(state: ConnectionState): Trouble | undefined {
  if (state.name === 'live' || state.name === 'handing_over') return undefined
  if (state.name === 'closed') return state.reason === 'replaced' ? 'replaced' : 'failed'
  return state.name === 'waiting' && !navigator.onLine ? 'offline' : 'reconnecting'
}

/** Says when there is no connection, and what that means. */
export function ConnectionBanner() {
  const t = useTranslations('connection')
  const { state, connect } = useConnection()
  const trouble = useLasting(troubleOf(state))
  return (
    <output>
      {trouble && (
        <div className="flex animate-fade items-center justify-center gap-2.5 bg-warning-soft px-4 py-2 text-sm text-warning">
          <CloudOff aria-hidden size={17} className="shrink-0" />
          <span>{t(trouble)}</span>
          {(trouble === 'replaced' || trouble === 'failed') && (
            <Button size="small" variant="secondary" onClick={() => void connect()}>
              {t('connectHere')}
            </Button>
          )}
        </div>
      )}
    </output>
  )
}

/** A trouble that has lasted for a while; its end at once. */
function useLasting(trouble: Trouble | undefined): Trouble | undefined {
  const [hasLasted, setHasLasted] = useState(false)
  const isTrouble = trouble !== undefined
  useEffect(() => {
    if (!isTrouble) return
    const timer = setTimeout(() => setHasLasted(true), PATIENCE_MS)
    return () => {
      clearTimeout(timer)
      setHasLasted(false)
    }
  }, [isTrouble])
  return hasLasted ? trouble : undefined
}
