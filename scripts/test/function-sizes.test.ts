import { expect, test } from 'vitest'
import { longFunctions } from '../check/function-sizes.ts'

const lines = (count: number): string => '  work()\n'.repeat(count)

test('a function of more than fifty lines is named with its line', () => {
  expect(longFunctions('a.ts', `\nfunction long() {\n${lines(51)}}\n`)).toEqual([
    'a.ts:2: a function of 52 lines; 50 at most',
  ])
})

test('a function of fifty lines is accepted', () => {
  expect(longFunctions('a.ts', `const fits = () => {\n${lines(48)}}\n`)).toEqual([])
})

test('the lines of inner functions are not those of the factory around them', () => {
  const inner = `  const inner = () => {\n${lines(40)}  }\n`
  expect(longFunctions('a.ts', `function factory() {\n${inner}${inner}${lines(40)}}\n`)).toEqual([])
})

test('a method and an inner function have the same limit', () => {
  const text = `class A {\n  method() {\n${lines(51)}  }\n}\nfunction factory() {\n  return () => {\n${lines(51)}  }\n}\n`
  expect(longFunctions('a.ts', text)).toHaveLength(2)
})
