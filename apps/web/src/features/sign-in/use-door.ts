import { type Session, useSession } from '@parley/react'
import { type FormEvent, useState } from 'react'
import { isWrongField } from '../../app/wrong-field.ts'

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
    isWrong: (field: string) => isWrongField(error, field),
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault()
      void submit(new FormData(event.currentTarget))
    },
  }
}
