import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { OutsideIssuer } from '@parley/protocol'
import * as z from 'zod'
import { isFetchable } from './fetch-json.ts'

const signatures = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const
const macs = ['HS256', 'HS384', 'HS512'] as const
/** RFC 7518, 3.2: a key is at least as long as the hash. */
const leastSecretBytes = { HS256: 32, HS384: 48, HS512: 64 } as const

const Text = z.string().min(1).max(512)
const Audience = z.union([Text, z.array(Text).min(1).max(20)])

/** Under which names the claims stand. */
const ClaimNames = z.strictObject({
  subject: Text.default('sub'),
  session: Text.default('sid'),
  username: Text.default('preferred_username'),
  email: Text.default('email'),
  first_name: Text.default('given_name'),
  last_name: Text.default('family_name'),
})

const common = {
  issuer: OutsideIssuer,
  clock_tolerance_seconds: z.int().min(0).max(300).default(5),
  max_age_seconds: z.int().min(60).max(43_200).default(43_200),
  claims: ClaimNames.prefault({}),
}

const Oidc = z.strictObject({
  kind: z.literal('oidc'),
  ...common,
  issuer: OutsideIssuer.refine(isFetchable, 'must be an https URL; http is for loopback only'),
  audience: Audience,
  algorithm: z.enum(signatures),
})

const SharedSecret = z
  .strictObject({
    kind: z.literal('jwt'),
    ...common,
    audience: Audience.optional(),
    algorithm: z.enum(macs),
    secret: z.string().optional(),
    secret_file: z.string().min(1).optional(),
    absent_claims: z.array(z.enum(['iss', 'aud'])).default([]),
  })
  .refine(({ secret, secret_file }) => (secret === undefined) !== (secret_file === undefined), {
    path: ['secret'],
    message: 'either secret or secret_file is needed',
  })
  .refine(({ audience, absent_claims }) => audience !== undefined || absent_claims.includes('aud'), {
    path: ['audience'],
    message: 'is needed, unless absent_claims has "aud"',
  })

/** What the file that `ISSUERS` names holds. */
const IssuerFile = z
  .array(z.discriminatedUnion('kind', [Oidc, SharedSecret]))
  .max(50)
  .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, 'names an issuer twice')

export type ClaimNames = z.output<typeof ClaimNames>
export type OidcSetting = z.output<typeof Oidc>
export type SharedSecretSetting = Omit<z.output<typeof SharedSecret>, 'secret' | 'secret_file'> & {
  secret: Uint8Array
}
export type IssuerSetting = OidcSetting | SharedSecretSetting

/**
 * The outside issuers of a file; none without a file. One error in one line names every fault, and quotes nothing of what
 * the file holds: it has secrets.
 */
export async function readIssuers(path: string, ownIssuer: string): Promise<IssuerSetting[]> {
  if (path === '') return []
  const fault = (text: string): Error => new Error(`ISSUERS (${path}): ${text}`)
  const content = await readFile(path, 'utf8').catch((err: NodeJS.ErrnoException) => {
    throw fault(`cannot be read (${err.code ?? 'unknown'})`)
  })
  const parsed = IssuerFile.safeParse(parseJson(content))
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    )
    throw fault(faults.join('; '))
  }
  if (parsed.data.some(({ issuer }) => issuer === ownIssuer))
    throw fault(`${ownIssuer} is Parley's own issuer`)
  return Promise.all(
    parsed.data.map(async (setting, index) => {
      if (setting.kind === 'oidc') return setting
      const { secret: inline, secret_file, ...rest } = setting
      const secret = Buffer.from(
        inline ?? (await readSecret(resolve(dirname(path), secret_file ?? ''), index, fault)),
      )
      const least = leastSecretBytes[setting.algorithm]
      if (secret.length < least)
        throw fault(`${index}.secret: ${setting.algorithm} needs ${least} bytes or more`)
      return { ...rest, secret }
    }),
  )
}

/** Undefined, which no schema takes, for what is not JSON: the parser's own error would quote the text. */
function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

async function readSecret(path: string, index: number, fault: (text: string) => Error): Promise<string> {
  try {
    // Editors and `echo` end a file with a line feed, which is no part of the secret.
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (err) {
    throw fault(`${index}.secret_file: cannot be read (${(err as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}
