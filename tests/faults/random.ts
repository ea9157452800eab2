/** Chance that a seed repeats. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `count`. */
  below(count: number): number
  pick<T>(items: readonly T[]): T
  shuffled<T>(items: readonly T[]): T[]
}

const MODULUS = 2_147_483_647
const FACTOR = 48_271

/** Park and Miller's generator. */
export function createRandom(seed: number): Random {
  let state = (Math.abs(seed) % (MODULUS - 1)) + 1
  const next = (): number => {
    state = (state * FACTOR) % MODULUS
    return (state - 1) / (MODULUS - 1)
  }
  // Small seeds that are neighbours begin alike.
  for (let warmUp = 0; warmUp < 8; warmUp++) next()
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    shuffled: (items) => {
      const left = [...items]
      return items.map(() => left.splice(below(left.length), 1)[0] as (typeof items)[number])
    },
  }
}
