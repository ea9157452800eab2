import * as z from 'zod'
import { rpc } from './define.ts'
import { Nothing } from './paging.ts'

const ready = <N extends string>(name: N) =>
  rpc(name, {
    summary: 'What this service lacks to do its work; empty when it is ready',
    access: 'service',
    input: Nothing,
    output: z.object({ missing: z.array(z.string()) }),
    errors: [],
  })

export const checkAuth = ready('auth.check_ready')
export const checkMatching = ready('matching.check_ready')
export const checkMessaging = ready('messaging.check_ready')
export const readinessRpcs = [checkAuth, checkMatching, checkMessaging] as const
