import { expect, test } from 'vitest'
import { ModelGateway, seeded } from '../test/model-gateway.ts'
import { ada, ben, tokens } from '../test/scripted-gateway.ts'
import { faster, until } from '../test/world.ts'
import { ParleyClient } from './client.ts'

const rooms = [1024, 2048, 4096]
const EACH = 40

/** An application as the README has it: messages by id, edits of those that it knows. */
class Application {
  readonly client: ParleyClient
  /** What was told, and how, by conversation. */
  readonly told = new Map<number, string[]>()
  readonly #messages = new Map<number, Map<number, { seq: number; content: string }>>()

  constructor(url: string, person: typeof ada, random: () => number) {
    const access_token = person === ada ? 'access-1' : 'access-2'
    this.client = new ParleyClient({
      url,
      tokens: { ...tokens(1), user: person, access_token },
      random,
      deadlineMs: 8_000,
      ...faster(40),
    })
    this.client.on('chat_message', ({ conversation_id, rev, message }) => {
      this.#of(conversation_id, `whole ${rev}`).set(message.id, {
        seq: message.seq,
        content: message.content,
      })
    })
    // The protocol's own type once messages can be edited.
    this.client.on('message_edit' as 'chat_message', (frame) => {
      const { conversation_id, message_id, content, rev } = frame as unknown as Record<string, number> & {
        content: string
      }
      const known = this.#of(Number(conversation_id), `part ${rev}`).get(Number(message_id))
      if (known) known.content = content
    })
  }

  shown(room: number): string[] {
    return [...(this.#messages.get(room)?.values() ?? [])]
      .sort((a, b) => a.seq - b.seq)
      .map(({ content }) => content)
  }

  #of(room: number, what: string): Map<number, { seq: number; content: string }> {
    this.told.set(room, [...(this.told.get(room) ?? []), what])
    const messages = this.#messages.get(room) ?? new Map<number, { seq: number; content: string }>()
    this.#messages.set(room, messages)
    return messages
  }
}

test.each([1, 2, 3])(
  'F29, F30: losses of every kind, seed %d: each message is committed once, in order, and every device shows the truth',
  { timeout: 60_000 },
  async (seed) => {
    const random = seeded(seed)
    const model = new ModelGateway(random)
    await using gateway = await model.scripted.start()
    const people = [ada, ben].map((person) => new Application(gateway.url, person, random))
    await Promise.all(people.map(({ client }) => client.connect()))

    const acks = people.flatMap(({ client }, who) =>
      Array.from({ length: EACH }, (_, n) => client.send(rooms[n % rooms.length] ?? 0, `${who}:${n}`).acked),
    )
    const editing = setInterval(() => model.edit(rooms[Math.floor(random() * 3)] ?? 0), 10)
    const cutting = setInterval(() => model.cutAll(), 700)
    await Promise.all(acks)
    clearInterval(editing)
    clearInterval(cutting)
    model.isCalm = true
    model.cutAll()
    const truth = rooms.map((room) => model.truth(room).map(({ content }) => content))
    const isWhole = ({ shown, client }: { shown: string[][]; client: ParleyClient }) =>
      JSON.stringify(shown) === JSON.stringify(truth) && client.localMessages.get().length === 0
    const areWhole = () =>
      people.every((person) =>
        isWhole({ shown: rooms.map((room) => person.shown(room)), client: person.client }),
      )
    await until('the truth', areWhole, 20_000)
    await Promise.all(people.map(({ client }) => client.close()))

    const original = truth.map((contents) => contents.map((content) => content.replaceAll('!', '')))
    for (const who of [0, 1]) {
      const mine = original.map((contents) => contents.filter((content) => content.startsWith(`${who}:`)))
      const sent = rooms.map((_, at) => Array.from({ length: EACH }, (_, n) => n).filter((n) => n % 3 === at))
      expect(mine).toEqual(sent.map((numbers) => numbers.map((n) => `${who}:${n}`)))
    }
    for (const { told } of people)
      for (const list of told.values()) expect(list).toHaveLength(new Set(list).size)
    expect(gateway.peers.length).toBeGreaterThan(4)
  },
)
