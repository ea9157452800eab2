import type { Match } from '@parley/client'
import { useFrame } from '@parley/react'
import { Heart } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import { useMe } from '../../app/me.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Button } from '../../components/button.tsx'
import { nameOf } from '../../people.ts'
import { isFirstTime } from './celebrated.ts'

/** "It's a match": over whatever page is open, one after the other, on both sides. */
export function Celebrations() {
  const [matches, setMatches] = useState<readonly Match[]>([])
  useFrame('new_match', ({ match }) => {
    if (isFirstTime(match)) setMatches((all) => [...all, match])
  })
  const [match] = matches
  if (!match) return null
  return <Celebration key={match.id} match={match} onDone={() => setMatches((all) => all.slice(1))} />
}

function Celebration({ match, onDone }: { match: Match; onDone: () => void }) {
  const t = useTranslations('match')
  const me = useMe()
  const [, navigate] = useLocation()
  const sayHello = () => {
    onDone()
    navigate(`/messages/${match.conversation_id}`)
  }
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onDone()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-linear-160 from-[#3a23b8] via-[#6a2ea8] to-[#b02a6b]" />
        <Dialog.Content className="fixed inset-0 z-50 flex flex-col items-center justify-center gap-8 p-6 text-center text-white outline-none">
          <div className="flex animate-pop items-center">
            <span className="rounded-full ring-4 ring-white">
              <Avatar of={me} size="huge" />
            </span>
            <span className="z-10 -mx-3 inline-flex size-12 items-center justify-center rounded-full bg-white text-[#cf2d5f] shadow-card">
              <Heart aria-hidden size={24} fill="currentColor" />
            </span>
            <span className="rounded-full ring-4 ring-white">
              <Avatar of={match.user} size="huge" />
            </span>
          </div>
          <div>
            <Dialog.Title className="text-4xl font-bold tracking-tight sm:text-5xl">
              {t('title')}
            </Dialog.Title>
            <Dialog.Description className="mt-3 text-lg text-white/90">
              {t('text', { name: nameOf(match.user) })}
            </Dialog.Description>
          </div>
          <div className="flex w-full max-w-xs flex-col gap-3">
            <Button variant="inverse" onClick={sayHello}>
              {t('sayHello')}
            </Button>
            <Dialog.Close className="h-11 rounded-xl font-medium text-white hover:bg-white/15">
              {t('later')}
            </Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
