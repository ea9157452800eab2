import type { Candidate } from '@parley/client'
import { clsx } from 'clsx'
import { MapPin } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { hueOf, initialsOf, nameOf } from '../../people.ts'
import { Reasons } from './reasons.tsx'

export interface CandidateCardProps {
  candidate: Candidate
  /** Lies below another one, and is not to be read yet. */
  isBehind?: boolean
}

export function CandidateCard({ candidate, isBehind = false }: CandidateCardProps) {
  const t = useTranslations('discover')
  const { user, reasons, distance_km } = candidate
  return (
    <article
      aria-hidden={isBehind}
      aria-label={nameOf(user)}
      className={clsx(
        'absolute inset-0 flex flex-col justify-end overflow-hidden rounded-[28px] text-white shadow-card',
        isBehind ? 'scale-[0.95] translate-y-4 opacity-70' : 'animate-rise',
      )}
      style={{ background: backdropOf(user.id) }}
    >
      <span
        aria-hidden
        className="absolute inset-x-0 top-[14%] text-center text-[9rem] leading-none font-bold text-white/25 select-none"
      >
        {initialsOf(user)}
      </span>
      <div className="relative bg-linear-to-t from-black/70 via-black/45 to-transparent p-6 pt-24">
        <h2 className="text-3xl font-semibold tracking-tight">{nameOf(user)}</h2>
        <p className="mt-1 mb-4 flex items-center gap-3 text-white/90">
          @{user.username}
          {distance_km !== undefined && (
            <span className="inline-flex items-center gap-1">
              <MapPin aria-hidden size={15} />
              {t('distance', { km: Math.max(1, Math.round(distance_km)) })}
            </span>
          )}
        </p>
        <Reasons reasons={reasons} />
      </div>
    </article>
  )
}

/** Two lights on a dark ground, the person's own. */
function backdropOf(id: number): string {
  const hue = hueOf(id)
  return [
    `radial-gradient(120% 90% at 15% 5%, hsl(${hue} 75% 62%), transparent 60%)`,
    `radial-gradient(110% 90% at 95% 25%, hsl(${(hue + 60) % 360} 75% 58%), transparent 62%)`,
    `linear-gradient(160deg, hsl(${(hue + 20) % 360} 55% 45%), hsl(${(hue + 320) % 360} 50% 25%))`,
  ].join(', ')
}
