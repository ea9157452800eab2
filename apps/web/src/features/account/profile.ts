import type { Input, Result } from '@parley/client'

export type Profile = Result<'matching.get_profile'>
type Gender = NonNullable<Profile['gender']>

export const GENDERS: readonly Gender[] = ['woman', 'man', 'nonbinary', 'other']

const isGender = (value: unknown): value is Gender => GENDERS.some((gender) => gender === value)

/** What the form says, as the profile that takes the place of the one before. What is left empty is unknown. */
export function profileOf(
  form: FormData,
  before: Pick<Profile, 'is_visible'>,
): Input<'matching.put_profile'> {
  const text = (name: string) => String(form.get(name) ?? '').trim() || undefined
  const age = (name: string) => (text(name) === undefined ? undefined : Number(text(name)))
  const genders = form.getAll('genders').filter(isGender)
  const gender = text('gender')
  return {
    bio: text('bio'),
    gender: isGender(gender) ? gender : undefined,
    birth_date: text('birth_date'),
    interests: interestsOf(text('interests') ?? ''),
    is_visible: before.is_visible,
    preferences: {
      genders: genders.length > 0 ? genders : undefined,
      min_age: age('min_age'),
      max_age: age('max_age'),
    },
  }
}

/** Between commas; each once. */
const interestsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((interest) => interest.trim())
      .filter((interest) => interest !== ''),
  ),
]
