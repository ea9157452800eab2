import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'

/** Stands above the first message that is new, and tells when it is in sight. */
export function UnreadRule({ onSeen }: { onSeen: (() => void) | undefined }) {
  const t = useTranslations('conversation')
  const rule = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (!rule.current || !onSeen) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) onSeen()
    })
    observer.observe(rule.current)
    return () => observer.disconnect()
  }, [onSeen])
  return (
    <p
      ref={rule}
      className="my-3 flex items-center gap-3 text-xs font-semibold text-like before:h-px before:flex-1 before:bg-like after:h-px after:flex-1 after:bg-like"
    >
      {t('new')}
    </p>
  )
}
