import { parseArgs } from 'node:util'
import { usualLoad, type Load } from './plan.ts'

interface Range {
  min: number
  max: number
  byDefault?: number
}

const options: Record<string, Range & { key: keyof Load }> = {
  sockets: { key: 'sockets', min: 1, max: 100_000_000 },
  'seconds-between-sends': {
    key: 'secondsBetweenSends',
    min: 0.1,
    max: 86_400,
    byDefault: usualLoad.secondsBetweenSends,
  },
  copies: { key: 'copies', min: 1, max: 256, byDefault: usualLoad.copies },
  days: { key: 'days', min: 1, max: 36_500, byDefault: usualLoad.days },
}

/** A wrong option or value is refused by its name. */
export function readLoad(args: readonly string[]): Load {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.keys(options).map((name) => [name, { type: 'string' as const }])),
  })
  const entries = Object.entries(options).map(([name, { key, min, max, byDefault }]) => {
    const text = values[name]
    const value = text === undefined ? byDefault : Number(text)
    if (value === undefined) throw new Error(`--${name} is missing`)
    const isNumber = text === undefined || /^\d+(\.\d+)?(e\d+)?$/i.test(text)
    if (!isNumber || !(value >= min && value <= max))
      throw new Error(`--${name} must be a number from ${min} to ${max}, not ${JSON.stringify(text)}`)
    return [key, value]
  })
  return Object.fromEntries(entries) as unknown as Load
}
