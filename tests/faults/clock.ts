import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// Is loaded before a service: gives its process a clock of its own, which jumps by what a file says. Like a real one, it has
// nothing to do with the time that has passed since the start.
const LOOK_MS = 50
const { CLOCKS = '', INSTANCE = '' } = process.env
const RealDate = Date
let offsetMs = 0

const look = (): void => {
  try {
    offsetMs = Number(readFileSync(join(CLOCKS, INSTANCE), 'utf8'))
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    // Nobody has set it.
    if (code === 'ENOENT') offsetMs = 0
    // Without a descriptor left a process has the clock that it had.
    else if (code !== 'EMFILE') throw err
  }
}
const now = (): number => RealDate.now() + offsetMs

look()
setInterval(look, LOOK_MS).unref()
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
})
