import { startSystem, type System } from '@parley/local-stack'
import type { BrowserContextOptions } from 'playwright-core'
import { launch } from './chromium.ts'
import { Visitor } from './visitor.ts'

export interface World extends AsyncDisposable {
  system: System
  /** Where the app is. */
  base: string
  visitor(name: string, options?: BrowserContextOptions): Promise<Visitor>
}

/** A whole system with a browser before it. */
export async function startWorld(env: Record<string, string> = {}): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const system = stack.use(
    await startSystem({
      env: { ADDRESS_LIMIT_FACTOR: '1000', PERSON_LIMIT_FACTOR: '100', DRAIN_SECONDS: '0', ...env },
    }),
  )
  const browser = await launch()
  stack.defer(() => browser.close())
  const base = system.gateways[0] as string
  const keep = stack.move()
  return {
    system,
    base,
    visitor: (name, options = {}) => Visitor.at(browser, base, { name, ...options }),
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}
