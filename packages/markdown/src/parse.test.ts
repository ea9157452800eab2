import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from './parse.ts'
import { plainText, preview } from './plain-text.ts'
import type { Block, Inline } from './tree.ts'

const inlines = (content: string): Inline[] => {
  const [block, ...more] = parse(content)
  if (block?.type !== 'paragraph' || more.length > 0) throw new Error(`not one paragraph: ${content}`)
  return block.children
}
const text = (value: string): Inline => ({ type: 'text', text: value })

test.each<[string, Inline[]]>([
  ['plain', [text('plain')]],
  ['two\nlines', [text('two\nlines')]],
  [
    '**a** _b_ ~~c~~ `d*e*`',
    [
      { type: 'strong', children: [text('a')] },
      text(' '),
      { type: 'emphasis', children: [text('b')] },
      text(' '),
      { type: 'strike', children: [text('c')] },
      text(' '),
      { type: 'code', text: 'd*e*' },
    ],
  ],
  ['2 * 3 * 4 and snake_case_name', [text('2 * 3 * 4 and snake_case_name')]],
  ['\\*not\\*', [text('*not*')]],
  [
    '[site](https://example.org/a)',
    [{ type: 'link', url: 'https://example.org/a', children: [text('site')] }],
  ],
  [
    'see https://example.org.',
    [
      text('see '),
      { type: 'link', url: 'https://example.org/', children: [text('https://example.org')] },
      text('.'),
    ],
  ],
  [
    'hi @Ada-1. and a@b.example',
    [
      text('hi '),
      { type: 'mention', username: 'ada-1', text: '@Ada-1' },
      text('. and '),
      { type: 'link', url: 'mailto:a@b.example', children: [text('a@b.example')] },
    ],
  ],
  ['a < b & c > d', [text('a < b & c > d')]],
])('%j is read as it is meant', (content, expected) => {
  expect(inlines(content)).toEqual(expected)
})

test.each<[string, Block[]]>([
  [
    '> said\n> before',
    [{ type: 'quote', children: [{ type: 'paragraph', children: [text('said\nbefore')] }] }],
  ],
  ['```ts\nlet a = 1\n```', [{ type: 'code', language: 'ts', text: 'let a = 1' }]],
  [
    '3. x\n4. y',
    [
      {
        type: 'list',
        ordered: true,
        start: 3,
        items: [
          [{ type: 'paragraph', children: [text('x')] }],
          [{ type: 'paragraph', children: [text('y')] }],
        ],
      },
    ],
  ],
])('%j is a block', (content, expected) => {
  expect(parse(content)).toEqual(expected)
})

test.each([
  '<script>alert(1)</script>',
  '<b>bold</b>',
  '# heading',
  '| a | b |\n| - | - |\n| 1 | 2 |',
  '---',
  '![picture](https://example.org/a.png)',
  '[bad](javascript:alert(1))',
  '[bad](data:text/html,x)',
  '    indented',
  '[ref]: https://example.org',
])('%j is text as it was typed', (content) => {
  expect(inlines(content)).toEqual([text(content)])
})

test.each(['> ', '- ', '1. ', '>- ', '**_', '[', '*a'])('a text full of %j harms nobody', (mark) => {
  const content = mark.repeat(2_000).slice(0, 4_000)
  expect(plainText(parse(content)).length).toBeGreaterThan(0)
})

test('no mark is left in the plain text of a line', () => {
  expect(plainText(parse('**Hi** [you](https://example.org), see `this`\n\n> or\n\n- that'))).toBe(
    'Hi you, see this\nor\nthat',
  )
})

test('a preview is one line of plain words', () => {
  expect(preview('**Hi** @ada,\n\n> see\n\n- [this](https://example.org)\n- `that`')).toBe(
    'Hi @ada, see this that',
  )
  expect(preview('2 * 3 = 6')).toBe('2 * 3 = 6')
  expect(preview('')).toBe('')
})

test('every text is read, and words without marks come out as they went in', () => {
  const marks = fc.constantFrom(
    '*',
    '_',
    '`',
    '~~',
    '[',
    '](',
    ')',
    '> ',
    '- ',
    '1. ',
    '```',
    '\n',
    '@ada',
    '<b>',
    '\\',
    '  ',
    'x',
    '&amp;',
  )
  fc.assert(
    fc.property(fc.array(marks, { maxLength: 60 }), (parts) => {
      expect(plainText(parse(parts.join('')))).toEqual(expect.any(String))
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[A-Za-z]{1,9}$/), { minLength: 1 }), (words) => {
      expect(plainText(parse(words.join(' ')))).toBe(words.join(' '))
    }),
  )
})
