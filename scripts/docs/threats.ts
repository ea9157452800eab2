/** A threat, what Parley does about it, and what is still missing. Tests are found by the row's number in their titles. */
export interface Threat {
  row: string
  threat: string
  answer: string
  /** What is not done or not shown, tests or no tests. */
  missing?: string
  /** Why no test carries the number; said only as long as that is so. */
  untested?: string
}

export const threats: readonly Threat[] = [
  {
    row: 'T01',
    threat: 'An access token in a URL, and from there in logs',
    answer: '`/ws` refuses it with 4401, even when it is good',
  },
  {
    row: 'T02',
    threat: 'A ticket that is stolen or used twice',
    answer:
      '256 random bits, stored as a hash, good for 30 s and one use, bound to its session and to the page that it was given to, where one was',
  },
  {
    row: 'T03',
    threat: 'Sockets that never say who they are',
    answer: '4401 after 5 s; 20 such sockets per address, over all gateways (T43)',
  },
  {
    row: 'T04',
    threat: 'Old clients that can only put a token in the URL',
    answer:
      'The paths of the five old clients take `?token=`, an access token, a ticket, or one of a configured issuer; no other path does. It is redacted everywhere, and such a socket ends with its session',
  },
  {
    row: 'T05',
    threat: 'A page of another site that opens a socket',
    answer: 'Origins are compared whole with a list, before the upgrade; cookies are no credential',
  },
  {
    row: 'T06',
    threat: 'Forged X-Forwarded headers',
    answer: 'Believed from `TRUSTED_PROXIES` only, from the nearest hop outwards',
  },
  {
    row: 'T07',
    threat: 'Forged or confused tokens',
    answer:
      'EdDSA, type, issuer, audience and age are pinned; so are those of outside issuers, by the file that lists them; every refusal has the same body',
  },
  {
    row: 'T08',
    threat: 'Token headers that lead somewhere',
    answer: 'A `kid` is looked up among the published keys of the configured issuer and nowhere else',
  },
  {
    row: 'T09',
    threat: 'Clocks that differ',
    answer: 'Five seconds are tolerated; for each outside issuer it is a setting',
  },
  {
    row: 'T10',
    threat: 'Outage by a new key, or a key that leaked',
    answer:
      'The next key is published long before it signs; unknown keys cause one look per 30 s; a withdrawn key stops counting, one of an outside issuer within ten minutes',
  },
  {
    row: 'T11',
    threat: 'A stolen refresh token',
    answer: 'New at each use; an old one ends the session, except for a lost answer within 10 s',
  },
  {
    row: 'T12',
    threat: 'Refresh tokens that leak from the database or live for ever',
    answer: 'Stored as hashes; 7 days idle, 30 days in all',
  },
  {
    row: 'T13',
    threat: 'An ended session whose sockets live on',
    answer:
      'Closed with 4403 within a second, and its tokens are refused, as are outside tokens that were issued before',
  },
  {
    row: 'T14',
    threat: 'A session that ends while a gateway is cut off',
    answer: 'A gateway asks for ended sessions every 10 s and after each break',
  },
  {
    row: 'T15',
    threat: 'A socket that outlives its token',
    answer: 'Closed with 4301 within 5 s of its end, unless renewed by a token of the same session',
  },
  {
    row: 'T16',
    threat: 'Guessing at passwords, and locking people out by it',
    answer: 'Growing waits per account and network, limits per network; never a hard lock',
  },
  {
    row: 'T17',
    threat: 'Finding out who has an account',
    answer:
      'Log-in answers the same for an unknown name, and hashes as well; registering tells that a name is in use',
    missing: 'The times of the two answers are not compared',
  },
  {
    row: 'T18',
    threat: 'Weak passwords or storage',
    answer: 'argon2id with 46 MiB; 8–128 characters; the most common ones are refused',
  },
  {
    row: 'T19',
    threat: 'A flood of log-ins that starves everything else',
    answer: 'A bounded queue for hashing; beyond it `unavailable` with the time to wait',
    missing: 'The effect on messages is not tested',
  },
  {
    row: 'T20',
    threat: 'Links for password reset, log-in or verification',
    answer: 'There are none',
    untested: 'Nothing to test until there are',
  },
  {
    row: 'T21',
    threat: "Reading or writing what is not one's own",
    answer: 'Membership is part of each query; what one may not see answers as what does not exist',
  },
  {
    row: 'T22',
    threat: 'Access after leaving a conversation',
    answer:
      'A removal is an operation of the lane like a send: frames after it go to who is left, and reads look at present membership',
  },
  {
    row: 'T23',
    threat: 'A client that says who sends, when, or where in the order',
    answer:
      'Sender, time, `seq` and role come from the token and the server; such fields in a frame are ignored',
  },
  {
    row: 'T24',
    threat: 'Setting fields that are not offered',
    answer: 'Schemas name every field; others are dropped before a handler runs',
  },
  {
    row: 'T25',
    threat: 'Forged receipts',
    answer:
      'Only own, only as a member, only of what is there, only forward; one that moves nothing makes no frame',
  },
  {
    row: 'T26',
    threat: "Editing or deleting others' messages; giving oneself a role",
    answer:
      'Only its sender edits a message; its sender, or the owner or an admin of the group, deletes it for everyone. Admins give roles, each change is audited, and a lower role ends the sessions that had the higher one',
  },
  {
    row: 'T27',
    threat: 'Parameters given twice, or bounds that a client widens',
    answer: 'A repeated parameter and a limit out of bounds are refused by name',
  },
  {
    row: 'T28',
    threat: 'SQL injection',
    answer:
      'Values are parameters; the linter refuses `sql.raw` and `sql.lit` (`scripts/test/rules-bite.test.ts`); kysely has a version floor; `npm run fuzz` puts hostile texts in every field of every operation',
  },
  {
    row: 'T29',
    threat: 'Trusted headers or subjects that an outsider can write',
    answer:
      'Clients never reach NATS, which lets in services alone, each by its key and to its own subjects; the gateway takes the caller from a verified token and nothing else',
  },
  {
    row: 'T30',
    threat: 'Ids that can be counted',
    answer:
      'User and conversation ids carry 45 random bits; message ids can be guessed, and rely on authorisation',
  },
]
