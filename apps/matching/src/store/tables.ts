import type { Card, Message, ReportReason } from '@parley/protocol'
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
  /** Of the last change of its blocks that was told. */
  block_version: Generated<number>
}

export interface BlockTable {
  blocker_id: number
  blocked_id: number
  created_at: Generated<Date>
}

/** What a person reported of another, with a copy of it as it was then. */
export interface ReportTable {
  id: number
  reporter_id: number
  reported_id: number
  reason: ReportReason
  detail: string | null
  message_id: number | null
  conversation_id: number | null
  /** Null when the reported person had left. */
  card: Card | null
  bio: string | null
  /** Given as JSON text: the driver makes an array of Postgres of any other array. */
  messages: ColumnType<Message[], string, never>
  /** The reporter's own name for the report. */
  client_id: string | null
  created_at: Date
}

export interface Tables {
  profile: ProfileTable
  pair: PairTable
  block: BlockTable
  report: ReportTable
}
