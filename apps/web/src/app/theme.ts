import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'system' | 'light' | 'dark'
export const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark']

const KEY = 'parley.theme'
const CHANGED = 'parley:theme'

/** Private windows may refuse storage: then the choice lasts as long as the page. */
function readChoice(): ThemeChoice {
  try {
    const kept = localStorage.getItem(KEY)
    return themeChoices.find((choice) => choice === kept) ?? 'system'
  } catch {
    return 'system'
  }
}

const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)')
const shownTheme = (choice: ThemeChoice): 'light' | 'dark' => {
  if (choice !== 'system') return choice
  return systemIsDark().matches ? 'dark' : 'light'
}

const apply = (choice: ThemeChoice) => {
  document.documentElement.dataset['theme'] = shownTheme(choice)
}

/** Sets the colours before anything is drawn, and keeps them as the system's when that is the choice. */
export function followTheme(): void {
  apply(readChoice())
  systemIsDark().addEventListener('change', () => chooseTheme(readChoice()))
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(KEY, choice)
  } catch {
    // It is applied all the same.
  }
  apply(choice)
  dispatchEvent(new Event(CHANGED))
}

const subscribe = (changed: () => void) => {
  addEventListener(CHANGED, changed)
  addEventListener('storage', changed)
  return () => {
    removeEventListener(CHANGED, changed)
    removeEventListener('storage', changed)
  }
}

export function useTheme(): { choice: ThemeChoice; shown: 'light' | 'dark' } {
  const choice = useSyncExternalStore(subscribe, readChoice)
  return { choice, shown: shownTheme(choice) }
}
