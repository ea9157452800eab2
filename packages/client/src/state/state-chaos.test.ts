import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ModelGateway, seeded } from '../../test/model-gateway.ts'
import { ada, ben, tokens } from '../../test/scripted-gateway.ts'
import { faster, until } from '../../test/world.ts'
import { ParleyClient } from '../client.ts'
import { ParleyState } from '../state.ts'

const rooms = [1024, 2048]

function application(url: string, person: typeof ada, random: () => number) {
  const client = new ParleyClient({
    url,
    tokens: { ...tokens(1), user: person, access_token: person === ada ? 'access-1' : 'access-2' },
    random,
    deadlineMs: 8_000,
    ...faster(40),
  })
  return { person, client, state: new ParleyState(client) }
}
type Application = ReturnType<typeof application>

/** What an application shows of a room, and whether anything of it is not confirmed. */
function shown({ state: all }: Application, room: number) {
  const messages = all.conversation(room).messages.get()
  const isPending = messages.some(({ state, is_pending }) => state !== 'stored' || is_pending)
  return { isPending, texts: messages.map(({ seq, content }) => `${seq} ${content}`) }
}

test.each([1, 2, 3])(
  'losses of every kind, seed %d: in the end each device shows the truth, of messages and of the list',
  { timeout: 60_000 },
  async (seed) => {
    const random = seeded(seed)
    const model = new ModelGateway(random)
    await using gateway = await model.scripted.start()
    const all = [ada, ben, ada].map((person) => application(gateway.url, person, random))
    for (const { client, state } of all) {
      void client.connect()
      state.conversations.load().catch(() => {})
      for (const room of rooms) state.conversation(room).open()
    }
    for (let n = 0; n < 120; n += 1) {
      const { state } = all[Math.floor(random() * all.length)]!
      const room = state.conversation(rooms[n % rooms.length]!)
      const [first] = room.messages.get().slice(Math.floor(random() * -5))
      if (n % 3 === 0) void room.send(`${n}`)
      else if (n % 3 === 1 && first) void room.edit(first, `edit ${n}`)
      else model.edit(room.id)
      if (n % 40 === 39) model.cutAll()
      await delay(5)
    }
    await delay(50)
    model.isCalm = true
    model.cutAll()

    const truth = (room: number) => model.truth(room).map(({ seq, content }) => `${seq} ${content}`)
    const isTrue = (app: Application) =>
      rooms.every((room) => {
        const { isPending, texts } = shown(app, room)
        const view = app.state.conversations.get().find(({ id }) => id === room)
        const { last_seq, unread_count, last_message } = model.view(room, app.person)
        return (
          !isPending &&
          JSON.stringify(texts) === JSON.stringify(truth(room)) &&
          view?.last_seq === last_seq &&
          view.unread_count === unread_count &&
          view.last_message?.content === last_message?.content
        )
      })
    await until('the truth everywhere', () => all.every(isTrue), 25_000).catch(() => {})

    for (const app of all) {
      for (const room of rooms) expect(shown(app, room)).toEqual({ isPending: false, texts: truth(room) })
      expect(isTrue(app)).toBe(true)
    }
    await Promise.all(all.map(({ client }) => client.close()))
  },
)
