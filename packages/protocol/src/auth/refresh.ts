import * as z from 'zod'
import { rpc } from '../define.ts'
import { RefreshToken, Tokens } from './types.ts'

/** Both tokens anew. A used token ends its session, except within 10 s while its successor is unused (RFC 9700, 4.14). */
export const refresh = rpc('auth.refresh', {
  summary: 'Renew the tokens, each once; who has no answer asks again within 10 s',
  access: 'anyone',
  input: z.object({ refresh_token: RefreshToken }),
  output: Tokens,
  errors: ['refresh_invalid', 'refresh_reused'],
  // A repeat that was held up on its way, and arrives after its token's time, would end the session.
  http: { method: 'POST', path: '/api/auth/refresh', whileAwaited: true },
})
