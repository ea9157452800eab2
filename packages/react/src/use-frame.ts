import type { ServerFrames, ServerFrameType } from '@parley/client'
import { useEffect, useRef } from 'react'
import { useClient } from './provider.ts'

/** Calls the newest `listener` at each frame of a type while the component is there: for what happens once and is not kept. */
export function useFrame<T extends ServerFrameType>(
  type: T,
  listener: (frame: ServerFrames[T]) => void,
): void {
  const client = useClient()
  const newest = useRef(listener)
  useEffect(() => {
    newest.current = listener
  })
  useEffect(() => client.on(type, (frame) => newest.current(frame)), [client, type])
}
