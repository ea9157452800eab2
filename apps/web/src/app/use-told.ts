import { useCallback } from 'react'
import { toast } from '../components/toast.tsx'
import { useErrorText } from '../texts/error-text.ts'

/** Tells in a toast when something is refused, and goes on. */
export function useTold(): (attempt: Promise<unknown>) => void {
  const errorText = useErrorText()
  return useCallback(
    (attempt) => void attempt.catch((refusal: unknown) => void toast.error(errorText(refusal))),
    [errorText],
  )
}
