import { expect, test } from 'vitest'
import { foldText, nameKeys } from './search-text.ts'

test('letter case, compatibility forms and spaces make no difference', () => {
  expect(foldText('  ÉLODIE \t d’Arc ')).toBe('élodie d’arc')
  expect(foldText('E\u0301lodie')).toBe(foldText('Élodie'))
  expect(foldText('Ａｄａ')).toBe('ada')
})

test('a key is as long as a search may be, and well-formed', () => {
  expect(foldText('ﷺ'.repeat(64))).toHaveLength(64)
  expect(foldText(`${'x'.repeat(63)}😀`)).toBe('x'.repeat(63))
  expect(foldText('a\u0001b')).toBe('ab')
})

test('a person is found by the whole name and by the last name', () => {
  expect(nameKeys('Ada', 'Lovelace')).toEqual({ name_key: 'ada lovelace', last_name_key: 'lovelace' })
  expect(nameKeys('', 'Lovelace')).toEqual({ name_key: 'lovelace', last_name_key: 'lovelace' })
  expect(nameKeys('Ada', '')).toEqual({ name_key: 'ada', last_name_key: '' })
})
