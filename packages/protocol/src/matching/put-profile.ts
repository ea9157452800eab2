import { rpc } from '../define.ts'
import { Profile, ProfileInput } from './types.ts'

/** Replaces the profile: a field that is absent becomes unknown. */
export const putProfile = rpc('matching.put_profile', {
  summary: 'Replace own profile and preferences',
  access: 'user',
  input: ProfileInput,
  output: Profile,
  errors: [],
  http: { method: 'PUT', path: '/api/matching/profile' },
})
