import type { Input, Result } from '@parley/client'
import { useParley } from '@parley/react'
import { useQueryClient } from '@tanstack/react-query'
import { useTask } from '../../app/operations.ts'
import { isWrongField } from '../../app/wrong-field.ts'

interface Saving {
  profile: Input<'matching.put_profile'>
  names?: Input<'auth.update_me'>
}

/** Saves what a form says of oneself; a refusal is told, and `isWrong` names the fields. */
export function useSaveProfile(onSaved: () => void) {
  const { client, matching } = useParley()
  const queries = useQueryClient()
  const { mutate, isPending, error } = useTask(async ({ profile, names }: Saving) => {
    if (names) await client.call('auth.update_me', names)
    const saved = await client.call('matching.put_profile', profile)
    queries.setQueryData<Result<'matching.get_profile'>>(['matching.get_profile', {}], saved)
    // Others fit now. A failure shows itself in the deck.
    void matching.candidates.reload().catch(() => {})
  })
  return {
    save: (saving: Saving) => mutate(saving, { onSuccess: onSaved }),
    isSaving: isPending,
    isWrong: (field: string) => isWrongField(error, field),
  }
}
