import { register, userChanged, type Input } from '@parley/protocol'
import { appendEvent, handle, RpcError, type Client, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { isCommonPassword } from '../domain/common-password.ts'
import { nameKeys } from '../domain/search-text.ts'
import { openSession, type OpenedSession } from '../open-session.ts'
import { newUserId } from '../secrets.ts'
import { findTaken, insertAccount, takenField, type Account } from '../store/accounts.ts'
import { cardView, tokensView } from './views.ts'

export function registerHandler(deps: Deps): Handler {
  const { db, guard, passwords, keyring, wakeRelay } = deps
  return handle(register, async (input, { client, deadline, fail }) => {
    if (isCommonPassword(input.password)) {
      throw new RpcError('invalid', {
        errors: [{ path: 'password', message: 'is one that everybody tries' }],
      })
    }
    await guard.registration(client)
    const { username, email = null, phone = null } = input
    const taken = await findTaken(db, { username, email, phone })
    if (taken) throw fail(`${taken}_taken`)

    const passwordHash = await passwords.hash(input.password, deadline)
    const { account, session } = await createAccount(deps, input, { passwordHash, client }).catch(
      (err: unknown) => {
        const field = takenField(err)
        throw field === undefined || field === 'id' ? err : fail(`${field}_taken`)
      },
    )
    wakeRelay()
    return tokensView(keyring, account, session)
  })
}

const MOST_IDS_TRIED = 5

/** Inserts the account and its first session, with another id when the one drawn is somebody's. */
async function createAccount(
  { db, now }: Deps,
  input: Input<typeof register>,
  { passwordHash, client }: { passwordHash: string; client: Client | undefined },
): Promise<{ account: Account; session: OpenedSession }> {
  const { username, email = null, phone = null, first_name = '', last_name = '' } = input
  const at = now()
  const values = {
    username,
    email,
    phone,
    password_hash: passwordHash,
    first_name,
    last_name,
    profile_picture: null,
    ...nameKeys(first_name, last_name),
    created_at: at,
  }
  for (let tried = 1; ; tried++) {
    try {
      return await db.transaction().execute(async (tx) => {
        const account = await insertAccount(tx, { id: newUserId(), ...values })
        const session = await openSession(tx, { userId: account.id, client, now: at })
        await appendEvent(tx, userChanged, { card: cardView(account) })
        return { account, session }
      })
    } catch (err) {
      if (takenField(err) !== 'id' || tried === MOST_IDS_TRIED) throw err
    }
  }
}
