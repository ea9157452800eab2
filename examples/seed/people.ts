import type { Input } from '@parley/client'

type Profile = Input<'matching.put_profile'>

export interface DemoPerson {
  first_name: string
  last_name: string
  profile: Profile
}

const person = (first_name: string, last_name: string, profile: Profile): DemoPerson => ({
  first_name,
  last_name,
  profile,
})

/** By the name that the conversations call them by; their usernames are `demo.` and that name. */
export const people = {
  mira: person('Mira', 'Okafor', {
    bio: 'Architect. Draws bridges on napkins.',
    gender: 'woman',
    birth_date: '1994-04-12',
    interests: ['climbing', 'jazz', 'cooking'],
  }),
  jonas: person('Jonas', 'Berg', {
    bio: 'Bakes bread at five, runs at six.',
    gender: 'man',
    birth_date: '1991-09-30',
    interests: ['cooking', 'running', 'jazz'],
  }),
  leila: person('Leila', 'Haddad', {
    bio: 'Marine biologist, mostly under water.',
    gender: 'woman',
    birth_date: '1996-01-22',
    interests: ['diving', 'photography', 'cooking'],
  }),
  tom: person('Tom', 'Ferreira', {
    bio: 'Repairs old synthesizers.',
    gender: 'man',
    birth_date: '1989-11-03',
    interests: ['jazz', 'electronics', 'cycling'],
  }),
  suki: person('Suki', 'Tanaka', {
    bio: 'Picture books and long train rides.',
    gender: 'nonbinary',
    birth_date: '1998-06-17',
    interests: ['drawing', 'trains', 'photography'],
  }),
  omar: person('Omar', 'Nasser', {
    bio: 'Teaches maths, loses at chess.',
    gender: 'man',
    birth_date: '1993-02-08',
    interests: ['chess', 'climbing', 'cycling'],
  }),
  ines: person('Ines', 'Moreau', {
    bio: 'Nurse on nights, gardener on days off.',
    gender: 'woman',
    birth_date: '1990-08-25',
    interests: ['gardening', 'jazz', 'drawing'],
  }),
  paul: person('Paul', 'Novak', {
    bio: 'Will talk about maps for hours.',
    gender: 'man',
    birth_date: '1995-12-01',
    interests: ['maps', 'trains', 'running'],
  }),
  ada: person('Ada', 'Lindqvist', {
    bio: 'Conducts a choir of forty.',
    gender: 'woman',
    birth_date: '1992-05-19',
    interests: ['singing', 'jazz', 'diving'],
  }),
  noor: person('Noor', 'Rahman', {
    bio: 'Ceramics, strong tea, loud laughter.',
    gender: 'woman',
    birth_date: '1997-10-11',
    interests: ['ceramics', 'cooking', 'climbing'],
  }),
} satisfies Record<string, DemoPerson>

export type Name = keyof typeof people
export const names = Object.keys(people) as Name[]
/** Whose inbox is worth a look first. */
export const protagonist: Name = 'mira'
