import { createLog } from '../src/index.ts'

/** A log whose lines are kept, parsed. */
export function createLogLines(level = 'debug') {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (text: string) => void lines.push(JSON.parse(text) as (typeof lines)[0]) }
  return { lines, log: createLog({ service: 'test', instance: '', level, destination }) }
}
