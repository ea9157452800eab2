/** What an account is made of at a first log-in; each part may be missing. */
export interface Profile {
  username: string | undefined
  /** Only one that the issuer has verified. */
  email: string | undefined
  first_name: string | undefined
  last_name: string | undefined
}

export interface Names {
  subject: string
  session: string
  username: string
  email: string
  first_name: string
  last_name: string
}

export interface OutsideClaims {
  subject: string
  /** The issuer's own session, where it names one. */
  session: string | undefined
  profile: Profile
}

const MOST_SUBJECT_CHARS = 255
const MOST_SESSION_CHARS = 255
const MOST_EMAIL_CHARS = 254
const MOST_NAME_CHARS = 64

/** Reads the claims of a verified token; undefined without a subject that can be kept. */
export function readClaims(payload: Record<string, unknown>, names: Names): OutsideClaims | undefined {
  const read = (name: string, most: number): string | undefined => {
    const value = payload[name]
    return typeof value === 'string' && value !== '' && value.length <= most && isStorable(value)
      ? value
      : undefined
  }
  const subject = read(names.subject, MOST_SUBJECT_CHARS)
  if (subject === undefined) return undefined
  // Some issuers write booleans as text.
  const isVerified = [true, 'true'].includes(payload['email_verified'] as boolean | string)
  return {
    subject,
    session: read(names.session, MOST_SESSION_CHARS),
    profile: {
      username: read(names.username, MOST_NAME_CHARS),
      email: isVerified ? read(names.email, MOST_EMAIL_CHARS) : undefined,
      first_name: read(names.first_name, MOST_NAME_CHARS),
      last_name: read(names.last_name, MOST_NAME_CHARS),
    },
  }
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
