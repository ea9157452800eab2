import { closeCodes, firstFinalCode } from './generated/operations.ts'

type Close = typeof closeCodes
type FinalName = Exclude<
  keyof Close,
  'going_away' | 'too_slow' | 'reset' | 'overloaded' | 'rate_limited' | 'token_expired'
>

/** Why there is no connection and none will be tried. `refused` is a final code that this version does not know. */
export type ClosedReason = 'closed_by_app' | 'signed_out' | 'refused' | FinalName

/** Whether a client should reconnect by itself after this close code. Codes below 4000 are the network's. */
export const isResumable = (code: number): boolean => code < firstFinalCode

const isFinalName = (name: string): name is FinalName => !isResumable(closeCodes[name as keyof Close])

/** The name of a final code. */
export function finalReason(code: number): ClosedReason {
  const name = Object.entries(closeCodes).find(([, known]) => known === code)?.[0]
  return name !== undefined && isFinalName(name) ? name : 'refused'
}
