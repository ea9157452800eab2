import { useSyncExternalStore } from 'react'
import { keep, kept } from './kept.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'
export const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark']

const KEY = 'parley.theme'
const CHANGED = 'parley:theme'

const choiceOf = (text: string | null | undefined): ThemeChoice =>
  themeChoices.find((choice) => choice === text) ?? 'system'

const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)')

// The page itself holds what is chosen and shown: so the choice lasts as long as it where storage is refused.
const { dataset } = document.documentElement
const chosen = (): ThemeChoice => choiceOf(dataset['themeChoice'])
const shown = () => (dataset['theme'] === 'dark' ? 'dark' : 'light')

function apply(choice: ThemeChoice): void {
  const system = systemIsDark().matches ? 'dark' : 'light'
  dataset['themeChoice'] = choice
  dataset['theme'] = choice === 'system' ? system : choice
  dispatchEvent(new Event(CHANGED))
}

/** Sets the colours before anything is drawn. They change with the system's where that is the choice, and with the choice in any tab. */
export function followTheme(): void {
  apply(choiceOf(kept(KEY)))
  systemIsDark().addEventListener('change', () => apply(chosen()))
  addEventListener('storage', ({ key, newValue }) => {
    // Without a key all of it was cleared.
    if (key === KEY || key === null) apply(choiceOf(newValue))
  })
}

export function chooseTheme(choice: ThemeChoice): void {
  keep(KEY, choice)
  apply(choice)
}

const subscribe = (changed: () => void) => {
  addEventListener(CHANGED, changed)
  return () => removeEventListener(CHANGED, changed)
}

export function useTheme(): { choice: ThemeChoice; shown: 'light' | 'dark' } {
  return { choice: useSyncExternalStore(subscribe, chosen), shown: useSyncExternalStore(subscribe, shown) }
}
