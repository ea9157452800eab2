import type { Card, Input, Match, matchMade, Payload, Profile, putProfile } from '@parley/protocol'
import { interestKeys } from '../domain/interests.ts'
import type { MatchRow } from '../store/pairs.ts'
import type { NewProfile, ProfileRow } from '../store/profiles.ts'

/** The profile of somebody who has said nothing. */
const blank: Profile = {
  bio: null,
  gender: null,
  birth_date: null,
  interests: [],
  is_visible: true,
  preferences: { genders: undefined, min_age: undefined, max_age: undefined },
}

export function profileView(row: ProfileRow | null): Profile {
  if (!row) return blank
  const { bio, gender, birth_date, interests, is_visible, wanted_genders, min_age, max_age } = row
  const preferences = {
    genders: wanted_genders ?? undefined,
    min_age: min_age ?? undefined,
    max_age: max_age ?? undefined,
  }
  return { bio, gender, birth_date, interests, is_visible, preferences }
}

export function profileRow(user_id: number, input: Input<typeof putProfile>): NewProfile {
  const { interests = blank.interests, preferences } = input
  return {
    user_id,
    bio: input.bio ?? null,
    gender: input.gender ?? null,
    birth_date: input.birth_date ?? null,
    interests,
    interest_keys: interestKeys(interests),
    is_visible: input.is_visible ?? blank.is_visible,
    wanted_genders: preferences?.genders ?? null,
    min_age: preferences?.min_age ?? null,
    max_age: preferences?.max_age ?? null,
  }
}

/** A match as one of its two sees it. */
export function matchView(row: MatchRow, user: Card, conversation_id: number): Match {
  return { id: row.match_id, user, conversation_id, created_at: row.matched_at.toISOString() }
}

export function matchMadeView(row: MatchRow): Payload<typeof matchMade> {
  return {
    match_id: row.match_id,
    user_ids: [row.lo, row.hi],
    generation: row.generation,
    created_at: row.matched_at.toISOString(),
  }
}
