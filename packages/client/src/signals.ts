export type Signal = 'online' | 'offline' | 'visible'
/** Reports what the device says about itself until the result is called. */
export type Signals = (report: (signal: Signal) => void) => () => void

interface Target {
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}
/** What a browser has and Node has not. */
interface BrowserGlobals {
  window?: Target
  document?: Target & { visibilityState: string }
}

/** The browser's network and visibility events; elsewhere nothing. */
export const watchDevice: Signals = (report) => {
  const { window, document } = globalThis as BrowserGlobals
  const listeners: [Target | undefined, string, () => void][] = [
    [window, 'online', () => report('online')],
    [window, 'offline', () => report('offline')],
    [
      document,
      'visibilitychange',
      () => {
        if (document?.visibilityState === 'visible') report('visible')
      },
    ],
  ]
  for (const [target, type, listener] of listeners) target?.addEventListener(type, listener)
  return () => {
    for (const [target, type, listener] of listeners) target?.removeEventListener(type, listener)
  }
}
