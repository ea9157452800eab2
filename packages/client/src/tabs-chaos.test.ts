import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ModelGateway, seeded } from '../test/model-gateway.ts'
import { ada, tokens } from '../test/scripted-gateway.ts'
import { faster, room, until } from '../test/world.ts'
import { ParleyClient } from './client.ts'
import { type ClientStorage, memoryStorage } from './storage.ts'
import { joinTabs } from './tabs.ts'

const MESSAGES = 90
const TABS = 3

/** One tab of Ada's browser, and what it shows. */
class Tab {
  readonly client: ParleyClient
  readonly told: number[] = []
  readonly shown = new Map<number, string>()
  readonly #tabs

  constructor(
    url: string,
    { name, storage }: { name: string; storage: ClientStorage },
    random: () => number,
  ) {
    this.#tabs = joinTabs({ name, storage, ...faster(40) })
    this.client = new ParleyClient({ url, tokens: tokens(), random, ...faster(40), ...this.#tabs.options })
    this.client.on('chat_message', ({ message, rev }) => {
      this.told.push(rev)
      this.shown.set(message.seq, message.content)
    })
    void this.client.connect()
  }

  /** All at once, as a tab goes. */
  async die(): Promise<void> {
    this.#tabs.leave()
    await this.client.close()
  }
}

test.each([1, 2, 3])(
  'tabs come and go while they send, seed %d: nothing is lost or doubled, and each shows the truth',
  { timeout: 60_000 },
  async (seed) => {
    const random = seeded(seed)
    const model = new ModelGateway(random)
    await using gateway = await model.scripted.start()
    const browser = { name: randomUUID(), storage: memoryStorage() }
    const open = () => new Tab(gateway.url, browser, random)
    const tabs = Array.from({ length: TABS }, open)
    await Promise.all(tabs.map(({ client }) => client.connect()))

    for (let n = 0; n < MESSAGES; n += 1) {
      const tab = tabs[Math.floor(random() * TABS)]
      tab?.client.send(room, `${n}`)
      await delay(10)
      // The first one leads.
      if (n % 15 !== 14) continue
      await tabs.shift()?.die()
      tabs.push(open())
    }
    model.isCalm = true
    model.cutAll()
    const truth = () => model.truth(room).map(({ content }) => content)
    await until('all messages', () => truth().length >= MESSAGES, 20_000)
    const isWhole = ({ shown, client }: Tab) =>
      [...shown.keys()].every((seq) => shown.get(seq) === truth()[seq - 1]) &&
      Math.max(...shown.keys()) === MESSAGES &&
      client.localMessages.get().length === 0
    await until('the truth everywhere', () => tabs.every(isWhole), 20_000)
    await Promise.all(tabs.map((tab) => tab.die()))

    expect(truth().toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: MESSAGES }, (_, n) => `${n}`),
    )
    for (const { told } of tabs) expect(told).toHaveLength(new Set(told).size)
    expect(model.truth(room).every(({ sender }) => sender.id === ada.id)).toBe(true)
  },
)
