import type { ParleyState } from '@parley/client/state'
import { ParleyProvider, useSession } from '@parley/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { IntlProvider } from 'use-intl'
import { Spinner } from '../components/spinner.tsx'
import { Toaster } from '../components/toast.tsx'
import { SignedOut } from '../features/sign-in/signed-out.tsx'
import { en } from '../texts/texts.ts'
import { createQueryClient } from './queries.ts'
import { SignedIn } from './signed-in.tsx'

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

export function App({ state }: { state: ParleyState }) {
  const [queries] = useState(createQueryClient)
  // What was asked for in one person's name is not shown to the next.
  useEffect(() => state.client.user.subscribe((user) => !user && queries.clear()), [state, queries])
  return (
    <IntlProvider locale="en" messages={en} timeZone={timeZone}>
      <QueryClientProvider client={queries}>
        <ParleyProvider state={state}>
          <Door />
          <Toaster />
        </ParleyProvider>
      </QueryClientProvider>
    </IntlProvider>
  )
}

/** Signed in as soon as a session is known, with a connection or without. */
function Door() {
  const { user, status } = useSession()
  if (user) return <SignedIn key={user.id} />
  return status === 'signed_out' ? <SignedOut /> : <Spinner />
}
