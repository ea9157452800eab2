import type { ColumnType, Generated } from 'kysely'

type Gender = 'woman' | 'man' | 'nonbinary' | 'other'
export type Choice = 'liked' | 'passed'

export interface ProfileTable {
  user_id: number
  bio: string | null
  gender: Gender | null
  /** Read as text: a day has no time zone. */
  birth_date: ColumnType<never, string | null, string | null>
  interests: Generated<string[]>
  /** The interests in the form in which two people's are compared. */
  interest_keys: Generated<string[]>
  is_visible: Generated<boolean>
  wanted_genders: Gender[] | null
  min_age: number | null
  max_age: number | null
  /** The order in which candidates are looked through, highest first. */
  place: Generated<number>
  /** When the profile got its place. */
  listed_at: Generated<Date>
  created_at: Generated<Date>
}

/** Two people, `lo < hi`, and what each chose about the other. */
export interface PairTable {
  lo: number
  hi: number
  lo_state: Choice | null
  hi_state: Choice | null
  /** From one sequence, so that a person's choices have an order. */
  lo_choice: number | null
  hi_choice: number | null
  /** Counts the pair's matches, the ended ones too. */
  generation: Generated<number>
  match_id: number | null
  matched_at: Date | null
  /** Of the present match, once messaging has said it. */
  conversation_id: number | null
}

export interface Tables {
  profile: ProfileTable
  pair: PairTable
}
