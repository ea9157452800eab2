import { parseArgs } from 'node:util'

export interface RunOptions {
  seed: number
  minutes: number
}

/** The options of a command that goes on for as long as it is told: `--seed 7 --minutes 20`. */
export function readRunOptions(): RunOptions {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' } } })
  const { seed = String(Date.now() % 1_000_000), minutes = '5' } = values
  const numbers = { seed: Number(seed), minutes: Number(minutes) }
  if (Number.isSafeInteger(numbers.seed) && numbers.minutes >= 0) return numbers
  throw new Error('a seed is a whole number, and minutes are a number from 0 on')
}
