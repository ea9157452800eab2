import emojisUrl from 'emojibase-data/en/data.json?url'
import messagesUrl from 'emojibase-data/en/messages.json?url'
import type { EmojiData } from 'frimousse'

/** What systems of the last years can draw: newer ones would be empty boxes on many. */
const NEWEST_VERSION = 15
/** Parts that others are made of. */
const COMPONENTS = 2

const tones = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const
type Tone = (typeof tones)[number]

/** What of Emojibase's files is read here. */
interface Entry {
  emoji: string
  label: string
  version: number
  group?: number
  tags?: string[]
  skins?: { emoji: string; tone: number | number[] }[]
}
interface Messages {
  groups: { message: string; order: number }[]
  skinTones: { key: Tone; message: string }[]
}

async function load<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return (await answer.json()) as T
}

/** All emojis with their English names, from files of our own: they are loaded when a picker is opened. */
export async function loadEmojis(): Promise<EmojiData> {
  const [entries, { groups, skinTones }] = await Promise.all([
    load<Entry[]>(emojisUrl),
    load<Messages>(messagesUrl),
  ])
  return {
    locale: 'en',
    emojis: entries.flatMap((entry) => toEmoji(entry) ?? []),
    categories: groups
      .filter(({ order }) => order !== COMPONENTS)
      .map(({ order, message }) => ({ index: order, label: message })),
    skinTones: byTone((tone) => skinTones.find(({ key }) => key === tone)?.message ?? tone),
  }
}

function toEmoji({
  emoji,
  label,
  version,
  group,
  tags = [],
  skins = [],
}: Entry): EmojiData['emojis'][0] | undefined {
  if (group === undefined || group === COMPONENTS || version > NEWEST_VERSION) return undefined
  const skinOf = (tone: Tone) => skins.find((skin) => skin.tone === tones.indexOf(tone) + 1)?.emoji ?? emoji
  return { emoji, label, version, category: group, tags, ...(skins.length > 0 && { skins: byTone(skinOf) }) }
}

const byTone = (of: (tone: Tone) => string): Record<Tone, string> => ({
  light: of('light'),
  'medium-light': of('medium-light'),
  medium: of('medium'),
  'medium-dark': of('medium-dark'),
  dark: of('dark'),
})
