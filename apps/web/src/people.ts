import type { Card } from '@parley/client'

type Named = Pick<Card, 'first_name' | 'last_name' | 'username'>

/** What a person is called. */
export const nameOf = ({ first_name, last_name, username }: Named): string =>
  `${first_name} ${last_name}`.trim() || username

/** What stands for a picture. */
export function initialsOf({ first_name, last_name, username }: Named): string {
  const [first = '', second = ''] = [first_name, last_name].filter((name) => name !== '')
  const letters = first ? `${first.at(0)}${second.at(0) ?? ''}` : username.slice(0, 2)
  return letters.toUpperCase()
}

/** The same person has the same colours everywhere. */
export const hueOf = (id: number): number => Math.floor((id * 137.508) % 360)
