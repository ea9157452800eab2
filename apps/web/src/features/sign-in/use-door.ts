import { RpcError } from '@parley/client'
import { type Session, useSession } from '@parley/react'
import { type FormEvent, useState } from 'react'

type Enter = (session: Session, field: (name: string) => string) => Promise<unknown>

/** A form that lets somebody in: what is wrong with it, and what happens when it is sent. */
export function useDoor(enter: Enter) {
  const session = useSession()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()

  const submit = async (form: FormData) => {
    setBusy(true)
    setError(undefined)
    try {
      await enter(session, (name) => String(form.get(name) ?? ''))
    } catch (caught) {
      setError(caught)
      setBusy(false)
    }
  }
  return {
    isBusy,
    error,
    /** Whether the server named this field. */
    isWrong: (field: string) =>
      error instanceof RpcError && (error.errors?.some(({ path }) => path === field) ?? false),
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault()
      void submit(new FormData(event.currentTarget))
    },
  }
}
