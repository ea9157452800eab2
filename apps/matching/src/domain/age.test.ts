import { expect, test } from 'vitest'
import { ageOn, isPossibleBirthDate } from './age.ts'

test.each([
  ['1990-06-15', '2020-06-14', 29],
  ['1990-06-15', '2020-06-15', 30],
  ['2000-02-29', '2021-02-28', 20],
  ['2000-02-29', '2021-03-01', 21],
])('somebody born on %s is on %s %i years old', (born, day, age) => {
  expect(ageOn(day, born)).toBe(age)
})

test.each([
  ['2026-11-21', false],
  ['2026-11-20', true],
  ['1905-11-21', true],
  ['1905-11-20', false],
  ['0000-01-01', false],
])('a birth date of %s is possible on 2026-11-20: %s', (born, possible) => {
  expect(isPossibleBirthDate('2026-11-20', born)).toBe(possible)
})
