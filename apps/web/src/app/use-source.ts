import type { Source } from '@parley/client'
import { useSource as useSourceFrom } from '@parley/react'

/** What a source of the SDK holds, at each change. Nothing is rendered by a server, so it begins with what is there. */
export const useSource = <T>(source: Source<T>): T => useSourceFrom(source, source.get())
