import { errors, type ErrorBody } from '@parley/protocol'

/** What ties an answer to the frame that asked. */
export interface Asked {
  ref?: string | undefined
  client_id?: string | undefined
}

const refOf = ({ ref }: Asked): string => (ref === undefined ? '' : `,"ref":${JSON.stringify(ref)}`)

/** The output's own bytes, behind `type` and `ref`. */
export const ackText = (asked: Asked, output: string): string =>
  `{"type":"ack"${refOf(asked)}${output === '{}' ? '}' : `,${output.slice(1)}`}`

export const responseText = (asked: Asked, result: string): string =>
  `{"type":"response"${refOf(asked)},"result":${result}}`

export function errorText(asked: Asked, error: ErrorBody, traceId?: string): string {
  const { code, errors: fields, retry_after_ms } = error
  return JSON.stringify({
    type: 'error',
    ...asked,
    code,
    message: errors[code].title,
    errors: fields,
    retry_after_ms,
    trace_id: traceId,
  })
}

export const frameText = (type: string, fields: object): string => JSON.stringify({ type, ...fields })
