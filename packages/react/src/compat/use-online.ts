import type { Card, Source } from '@parley/client'
import { useMemo } from 'react'
import { useParley } from '../provider.ts'
import { useSource } from '../use-source.ts'

const NOBODY: Record<number, boolean> = {}

/** Who of some people is online. */
export function useOnline(people: readonly Card[] | undefined): Record<number, boolean> {
  const state = useParley()
  const ids = (people ?? []).map(({ id }) => id).join()
  const source = useMemo(() => {
    const presences = ids.split(',').flatMap((id) => (id ? [{ id, of: state.presence(Number(id)) }] : []))
    return online(presences)
  }, [state, ids])
  return useSource(source, NOBODY)
}

/** One source of several, with the same value until one of them has changed. */
function online(
  presences: readonly { id: string; of: Source<{ status: string }> }[],
): Source<Record<number, boolean>> {
  const now = () => Object.fromEntries(presences.map(({ id, of }) => [id, of.get().status === 'online']))
  let value = now()
  const get = () => {
    const next = now()
    if (presences.some(({ id }) => next[id] !== value[id])) value = next
    return value
  }
  return {
    get,
    subscribe: (listener) => {
      const stops = presences.map(({ of }) => of.subscribe(() => listener(get())))
      return () => stops.forEach((stop) => stop())
    },
  }
}
