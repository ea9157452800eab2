import { type Input, type Result, RpcError } from '@parley/client'
import { useParley } from '@parley/react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from '../../components/toast.tsx'
import { useErrorText } from '../../texts/error-text.ts'

interface Saving {
  profile: Input<'matching.put_profile'>
  names?: Input<'auth.update_me'>
}

/** Saves what a form says of oneself; a refusal is told, and `isWrong` names the fields. */
export function useSaveProfile(onSaved: () => void) {
  const { client, matching } = useParley()
  const queries = useQueryClient()
  const errorText = useErrorText()
  const [error, setError] = useState<unknown>()
  const save = async ({ profile, names }: Saving) => {
    try {
      if (names) await client.call('auth.update_me', names)
      const saved = await client.call('matching.put_profile', profile)
      queries.setQueryData<Result<'matching.get_profile'>>(['matching.get_profile', {}], saved)
      // Others fit now. A failure shows itself in the deck.
      void matching.candidates.reload().catch(() => {})
      setError(undefined)
      onSaved()
    } catch (caught) {
      setError(caught)
      toast.error(errorText(caught))
    }
  }
  return {
    save: (saving: Saving) => void save(saving),
    isWrong: (field: string) =>
      error instanceof RpcError && (error.errors?.some(({ path }) => path === field) ?? false),
  }
}
