// React looks for a page when it is loaded: first.
import { page } from './dom.ts'
import { createElement, type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { ParleyState } from '@parley/client/state'
import { eventually } from '@parley/testkit'
import { ParleyProvider } from '../src/index.ts'

export interface Probe<T> extends Disposable {
  /** What the component has drawn last. */
  readonly now: T
  /** What it gave each time that it was called. */
  readonly calls: readonly T[]
  /** Draws it again, as a parent does. */
  redraw: () => void
}

export interface ProbeOptions {
  state: ParleyState
  isStrict?: boolean
}

/** A component that calls a hook and draws nothing else. */
export async function probe<T>({ state, isStrict = false }: ProbeOptions, use: () => T): Promise<Probe<T>> {
  const calls: T[] = []
  const Component = () => {
    calls.push(use())
    return null
  }
  const drawn = draw(state, () => createElement(Component), isStrict)
  await eventually(() => {
    if (calls.length === 0) throw new Error('nothing is drawn')
  })
  return {
    get now() {
      return calls.at(-1) as T
    },
    calls,
    ...drawn,
  }
}

/** Draws components under a provider until it is disposed. */
export function draw(
  state: ParleyState,
  children: () => ReactNode,
  isStrict = false,
): Disposable & { redraw: () => void } {
  // The page's elements are what React needs of a browser's.
  const root = createRoot(page.document.createElement('div') as unknown as HTMLElement)
  const redraw = () => {
    const app = createElement(ParleyProvider, { state }, children())
    root.render(isStrict ? createElement(StrictMode, null, app) : app)
  }
  redraw()
  return { redraw, [Symbol.dispose]: () => root.unmount() }
}
