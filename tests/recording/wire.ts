import type { Example, Wire } from '../../scripts/compatibility/released.ts'

export const newWire = (): Wire => ({ rpcs: {}, pushes: {}, events: {} })

const seen = new WeakMap<Example[], Set<string>>()

/** Keeps one example of each shape. */
export function addExample(all: Record<string, Example[]>, name: string, example: Example): void {
  const own = (all[name] ??= [])
  const shapes = seen.get(own) ?? new Set()
  seen.set(own, shapes)
  const shape = shapeOf(example)
  if (shapes.has(shape)) return
  shapes.add(shape)
  own.push(example)
}

/** Which fields there are, and of what type; of a list, what its items have. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].toSorted().join('|')}]`
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const fields = Object.entries(value).map(([name, inner]) => `${name}:${shapeOf(inner)}`)
  return `{${fields.toSorted().join(',')}}`
}
