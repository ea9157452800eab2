import * as z from 'zod'
import { Card } from '../auth/types.ts'
import { Id, optional, text, Timestamp } from '../ids.ts'
import { limits } from '../limits.ts'

export const Gender = z.enum(['woman', 'man', 'nonbinary', 'other'])
const Interest = text(1, 32)
const Age = z.int().min(18).max(120)

/** What a person looks for. An absent part does not narrow. */
export const Preferences = z.object({
  genders: optional(z.array(Gender).max(4)),
  min_age: optional(Age),
  max_age: optional(Age),
})

/** A person as candidates are chosen: absent fields are unknown. */
export const Profile = z.object({
  bio: z.nullable(text(0, limits.bio_chars)),
  gender: z.nullable(Gender),
  birth_date: z.nullable(z.iso.date()),
  interests: z.array(Interest).max(limits.interests),
  is_visible: z.boolean(),
  preferences: Preferences,
})
export type Profile = z.output<typeof Profile>

export const ProfileInput = z
  .object({
    bio: optional(text(0, limits.bio_chars)),
    gender: optional(Gender),
    birth_date: optional(z.iso.date()),
    interests: optional(z.array(Interest).max(limits.interests)),
    is_visible: optional(z.boolean()),
    preferences: optional(Preferences),
  })
  .refine(({ preferences: p }) => !p?.min_age || !p.max_age || p.min_age <= p.max_age, {
    path: ['preferences', 'max_age'],
    message: 'must not be below min_age',
  })

export const Match = z.object({
  id: Id,
  user: Card,
  conversation_id: Id,
  created_at: Timestamp,
})
export type Match = z.output<typeof Match>

export const Candidate = z.object({
  user: Card,
  score: z.number(),
  reasons: z.array(z.string()),
  distance_km: z.number().optional(),
})
export type Candidate = z.output<typeof Candidate>

/** Whom a person blocks. */
export const Block = z.object({ user: Card, blocked_at: Timestamp })
export type Block = z.output<typeof Block>

/**
 * That a block came or went. `version` grows with each change of the pair's blocks, and says of two which is the newer; a release
 * before 0.2 gives none.
 */
export const BlockChange = z.object({ blocker_id: Id, blocked_id: Id, version: z.int().min(1).optional() })
export type BlockChange = z.output<typeof BlockChange>

export const ReportReason = z.enum([
  'spam',
  'scam',
  'harassment',
  'hate',
  'violence',
  'sexual_content',
  'fake_profile',
  'underage',
  'other',
])
export type ReportReason = z.output<typeof ReportReason>
