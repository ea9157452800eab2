import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'
import { Profile } from './types.ts'

export const getProfile = rpc('matching.get_profile', {
  summary: 'Own profile and preferences',
  access: 'user',
  input: Nothing,
  output: Profile,
  errors: [],
  http: { method: 'GET', path: '/api/matching/profile' },
})
