import { useTranslations } from 'use-intl'
import { SelectField, TextField } from '../../components/field.tsx'
import { GENDERS, type Profile } from './profile.ts'

export interface ProfileFieldsProps {
  profile: Profile
  /** Whether the server refused a field. */
  isWrong: (field: string) => boolean
}

/** Who one is. */
export function AboutFields({ profile, isWrong }: ProfileFieldsProps) {
  const t = useTranslations('account')
  return (
    <>
      <SelectField
        name="gender"
        label={t('gender')}
        defaultValue={profile.gender ?? ''}
        options={useGenders()}
      />
      <TextField
        name="birth_date"
        type="date"
        label={t('birthDate')}
        defaultValue={profile.birth_date ?? ''}
        error={isWrong('birth_date') ? t('badBirthDate') : undefined}
      />
      <div className="sm:col-span-2">
        <TextField
          name="interests"
          label={t('interests')}
          hint={t('interestsHint')}
          defaultValue={profile.interests.join(', ')}
          error={isWrong('interests') ? t('badInterests') : undefined}
        />
      </div>
    </>
  )
}

function useGenders() {
  const t = useTranslations('account')
  return [
    { value: '', label: t('notSaid') },
    ...GENDERS.map((value) => ({ value, label: t(`genders.${value}`) })),
  ]
}

/** Whom one looks for. */
export function PreferenceFields({ profile, isWrong }: ProfileFieldsProps) {
  const t = useTranslations('account')
  const { genders, min_age, max_age } = profile.preferences
  return (
    <div className="flex flex-col gap-4 pb-2">
      <fieldset>
        <legend className="mb-2 text-sm font-medium">{t('lookingFor')}</legend>
        <div className="flex flex-wrap gap-2">
          {GENDERS.map((gender) => (
            <label
              key={gender}
              className="cursor-pointer rounded-full border border-line-strong px-4 py-1.5 text-sm font-medium has-checked:border-accent has-checked:bg-accent has-checked:text-white has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-text"
            >
              <input
                type="checkbox"
                name="genders"
                value={gender}
                defaultChecked={genders?.includes(gender) ?? false}
                className="sr-only"
              />
              {t(`genders.${gender}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="grid grid-cols-2 gap-4">
        <TextField
          name="min_age"
          type="number"
          inputMode="numeric"
          label={t('minAge')}
          defaultValue={min_age ?? ''}
          error={isWrong('preferences.min_age') ? t('badAge') : undefined}
        />
        <TextField
          name="max_age"
          type="number"
          inputMode="numeric"
          label={t('maxAge')}
          defaultValue={max_age ?? ''}
          error={isWrong('preferences.max_age') ? t('badAge') : undefined}
        />
      </div>
    </div>
  )
}
