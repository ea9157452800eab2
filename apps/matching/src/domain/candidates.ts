import { ageOn } from './age.ts'

/** Somebody as the one who looks, and as the one who is looked at. */
export interface Person {
  user_id: number
  bio: string | null
  gender: string | null
  birth_date: string | null
  interest_keys: readonly string[]
  /** Null or empty: any. */
  wanted_genders: readonly string[] | null
  min_age: number | null
  max_age: number | null
  place: number
  listed_at: Date
  created_at: Date
}

export interface Ranked {
  user_id: number
  place: number
  /** 0 to 1. */
  score: number
  reasons: string[]
}

const DAY_MS = 86_400_000
const NEW_DAYS = 7
const HALF_LIFE_DAYS = 14
const ENOUGH_SHARED = 5
const weights = { shared: 0.6, recent: 0.25, complete: 0.15 }

/** Whether a person is whom another looks for. What is unknown of them passes only where the other does not narrow. */
export function accepts(seeker: Person, person: Person, day: string): boolean {
  const { wanted_genders, min_age, max_age } = seeker
  if (wanted_genders?.length && (person.gender === null || !wanted_genders.includes(person.gender)))
    return false
  if (min_age === null && max_age === null) return true
  if (person.birth_date === null) return false
  const age = ageOn(day, person.birth_date)
  return age >= (min_age ?? 0) && age <= (max_age ?? Infinity)
}

/** Those who fit both ways, best first. The order is total and depends on nothing but the arguments. */
export function rankCandidates(me: Person, people: readonly Person[], asOf: Date): Ranked[] {
  const day = asOf.toISOString().slice(0, 10)
  return people
    .filter((other) => accepts(me, other, day) && accepts(other, me, day))
    .map((other) => rank(me, other, asOf))
    .toSorted(compareRanks)
}

/** Negative when `a` comes first: by score, then by place. */
export const compareRanks = (
  a: Pick<Ranked, 'score' | 'place'>,
  b: Pick<Ranked, 'score' | 'place'>,
): number => b.score - a.score || b.place - a.place

function rank(me: Person, other: Person, asOf: Date): Ranked {
  const shared = other.interest_keys.filter((key) => me.interest_keys.includes(key))
  const days = (since: Date) => Math.max(0, asOf.getTime() - since.getTime()) / DAY_MS
  const known = [other.bio, other.gender, other.birth_date, other.interest_keys[0]]
  const complete = known.filter((value) => value !== null && value !== undefined).length / known.length
  const score =
    (weights.shared * Math.min(shared.length, ENOUGH_SHARED)) / ENOUGH_SHARED +
    weights.recent * 2 ** (-days(other.listed_at) / HALF_LIFE_DAYS) +
    weights.complete * complete
  const reasons = shared.map((key) => `shared_interest:${key}`)
  if (days(other.created_at) < NEW_DAYS) reasons.push('new_here')
  if (complete === 1) reasons.push('complete_profile')
  return { user_id: other.user_id, place: other.place, score: Math.round(score * 1_000) / 1_000, reasons }
}
