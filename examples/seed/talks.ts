import type { Name } from './people.ts'

export interface Line {
  from: Name
  text: string
  /** The line of this talk, counted from 0, that this one answers in a thread. */
  answers?: number
  reactions?: Readonly<Record<string, readonly Name[]>>
}

export interface Talk {
  /** Never changes: what is sent is known again by it. */
  id: string
  /** Who opens it, first. */
  members: readonly [Name, ...Name[]]
  kind: 'direct' | 'group' | 'support'
  title?: string
  lines: readonly Line[]
  /** Who has read all of it; to the others the end is new. */
  readBy?: readonly Name[]
}

/** Who likes whom; both ways it is a match. */
export const likes: readonly (readonly [Name, Name])[] = [
  ['mira', 'jonas'],
  ['jonas', 'mira'],
  ['tom', 'ines'],
  ['ines', 'tom'],
  ['leila', 'suki'],
  ['suki', 'leila'],
  ['mira', 'ada'],
  ['ada', 'mira'],
  ['omar', 'mira'],
  ['noor', 'mira'],
  ['paul', 'noor'],
]

const say = (from: Name, text: string, rest: Omit<Line, 'from' | 'text'> = {}): Line => ({
  from,
  text,
  ...rest,
})

export const talks: readonly Talk[] = [
  {
    id: 'bread',
    members: ['mira', 'jonas'],
    kind: 'direct',
    lines: [
      say('jonas', 'You draw bridges **on napkins**? I have flour bags.'),
      say('mira', 'Paper is paper. How many tons does a flour bag carry?', {
        reactions: { '😂': ['jonas'] },
      }),
      say('jonas', 'One loaf at a time.'),
      say('mira', 'Then bring one on Saturday?', { reactions: { '❤️': ['jonas'] } }),
      say('jonas', 'Saturday, ten, the market by the canal'),
      say('jonas', 'I will be the one covered in flour'),
    ],
  },
  {
    id: 'choir',
    members: ['ada', 'mira'],
    kind: 'direct',
    lines: [
      say('mira', 'Forty people, and they all listen to you?'),
      say('ada', 'Thirty-eight. The tenors are a law of their own.', { reactions: { '👍': ['mira'] } }),
      say('ada', 'Come to the rehearsal on Thursday and hear it yourself'),
    ],
  },
  {
    id: 'synthesizer',
    members: ['tom', 'ines'],
    kind: 'direct',
    lines: [
      say('ines', 'Mine only plays one note. It is a *good* note.'),
      say('tom', 'Capacitor. Bring it, I fix it for a coffee.'),
    ],
    readBy: ['tom', 'ines'],
  },
  {
    id: 'climbing',
    members: ['mira', 'omar', 'noor', 'leila'],
    kind: 'group',
    title: 'Climbing on Sunday',
    lines: [
      say('omar', 'Wall or rock this week?', { reactions: { '🪨': ['mira', 'noor'] } }),
      say('noor', 'Rock, if it stays dry', { answers: 0 }),
      say('mira', 'Forecast says dry until four', {
        answers: 0,
        reactions: { '☀️': ['omar', 'noor', 'leila'] },
      }),
      say('leila', 'I can take three in the car. @demo.mira, shall I pick you up?'),
      say('mira', 'Yes please! Eight at the station'),
      say('omar', 'I bring the rope and the bad jokes'),
      say('noor', '> the bad jokes\n\nLeave them at home.', { reactions: { '😂': ['mira', 'leila'] } }),
    ],
    readBy: ['omar', 'noor', 'leila'],
  },
  {
    id: 'supper',
    members: ['jonas', 'mira', 'leila', 'tom', 'ines', 'suki', 'ada', 'paul'],
    kind: 'group',
    title: 'Supper club',
    lines: [
      say('jonas', 'Eight people, one kitchen. Who brings what?\n\n- bread: me\n- music: tom'),
      say('suki', 'I draw the menu', { reactions: { '🎨': ['jonas', 'ada', 'mira'] } }),
      say('ines', 'Salad, from the garden'),
      say('paul', 'A map of the way there'),
      say('tom', 'Does the neighbour still complain about the bass?', { answers: 0 }),
      say('jonas', 'He moved. To the other side of the *same* wall.', { answers: 0 }),
    ],
    readBy: ['jonas', 'tom'],
  },
  {
    id: 'support-login',
    members: ['suki'],
    kind: 'support',
    title: 'Two accounts',
    lines: [
      say('suki', 'Hello! I seem to have made two accounts by accident.'),
      say('suki', 'Can you close the older one?'),
    ],
  },
  {
    id: 'support-photo',
    members: ['paul'],
    kind: 'support',
    title: 'A photo that is not mine',
    lines: [say('paul', 'Somebody uses a photo of my map as their own picture.')],
  },
]
