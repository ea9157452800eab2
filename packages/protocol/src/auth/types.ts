import * as z from 'zod'
import { Id, optional, text, Timestamp, webUrl } from '../ids.ts'
import { limits } from '../limits.ts'

export const Role = z.enum(['user', 'agent', 'admin'])
export type Role = z.output<typeof Role>
export const SessionId = text(1, 64)

export const Username = z
  .string()
  .min(limits.username_chars.min)
  .max(limits.username_chars.max)
  .regex(/^[a-z0-9_.-]+$/, 'only a–z, 0–9, "_", "." and "-"')
export const Password = text(limits.password_chars.min, limits.password_chars.max)
export const Email = z.email().max(254).toLowerCase()
/** E.164. */
export const Phone = z.string().regex(/^\+[1-9][0-9]{6,14}$/, 'must be E.164, such as +33612345678')
export const Name = text(0, limits.name_chars)
export const PictureUrl = webUrl(limits.url_chars)

/** What anyone may see of a person. */
export const Card = z.object({
  id: Id,
  username: Username,
  first_name: Name,
  last_name: Name,
  profile_picture: z.nullable(PictureUrl),
})
export type Card = z.output<typeof Card>

/** What a person is called in a line of text. */
export const displayName = ({ first_name, last_name, username }: Card): string =>
  `${first_name} ${last_name}`.trim() || username

/** What a person sees of themselves. */
export const User = Card.extend({
  email: z.nullable(Email),
  phone: z.nullable(Phone),
  role: Role,
  created_at: Timestamp,
})
export type User = z.output<typeof User>

/** A refresh token is good once; a new one comes with each use. */
export const RefreshToken = text(1, 256)

export const Tokens = z.object({
  user: User,
  access_token: z.string(),
  refresh_token: RefreshToken,
  token_type: z.literal('Bearer'),
  expires_in: z.int().min(1),
})
export type Tokens = z.output<typeof Tokens>

/** The `issuer` of the issuers that a system is set up with. */
export const OutsideIssuer = text(1, 512)
/** A signed JWT. */
export const OutsideToken = text(1, 8_192)

/** A device as a person recognises it; the gateway fills it from the request. */
export const Device = optional(text(0, 256))

export const Session = z.object({
  id: SessionId,
  device: z.nullable(z.string()),
  created_at: Timestamp,
  last_used_at: Timestamp,
  is_current: z.boolean(),
})
