import { expect, test } from 'vitest'
import { foldText, nameKeys } from './search-text.ts'

test('letter case, compatibility forms and spaces make no difference', () => {
  expect(foldText('  ÉLODIE \t d’Arc ')).toBe('élodie d’arc')
  expect(foldText('E\u0301lodie')).toBe(foldText('Élodie'))
  expect(foldText('Ａｄａ')).toBe('ada')
})

test('a person is found by the whole name and by the last name', () => {
  expect(nameKeys('Ada', 'Lovelace')).toEqual({ name_key: 'ada lovelace', last_name_key: 'lovelace' })
  expect(nameKeys('', 'Lovelace')).toEqual({ name_key: 'lovelace', last_name_key: 'lovelace' })
  expect(nameKeys('Ada', '')).toEqual({ name_key: 'ada', last_name_key: '' })
})
