import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchOk } from '../client/http.ts'
import { inParallel } from '../client/in-parallel.ts'
import { draft } from '../client/pairs.ts'
import { register, sendOverHttp, type Person } from '../client/people.ts'
import { hasChromium } from './chromium.ts'
import { scrollThrough } from './scrolling.ts'
import type { Visitor } from './visitor.ts'
import { startWorld, type World } from './world.ts'

describe.skipIf(!hasChromium)('a conversation at two windows', () => {
  let world: World
  let ada: Visitor
  let ben: Visitor
  let people: Person[]

  /** A group of Ada and Ben that both have before them. */
  async function openGroup(title: string): Promise<number> {
    const [{ token }, ...others] = people as [Person, Person]
    const { id } = await fetchOk<{ id: number }>(`${world.base}/api/conversations`, {
      method: 'POST',
      token,
      json: { kind: 'group', title, user_ids: others.map((other) => other.id) },
    })
    for (const visitor of [ada, ben]) {
      await visitor.open(`/messages/${id}`)
      await visitor.heading(title).waitFor()
    }
    return id
  }

  beforeAll(async () => {
    world = await startWorld({ SEND_BURST: '20000', SEND_RATE: '20000' })
    people = await Promise.all(['ada', 'ben'].map((name) => register(world.base, name)))
    const visitors = await Promise.all(people.map(({ username }) => world.visitor(username)))
    ;[ada, ben] = visitors as [Visitor, Visitor]
    await Promise.all(visitors.map((visitor, index) => visitor.signIn(people[index] as Person)))
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test('S2: a message is answered in its thread, which Escape closes; on a phone the thread is the page', async () => {
    await openGroup('Hike')
    const threads = [ada, ben].map(({ page }) => page.getByRole('complementary', { name: 'Thread' }))
    const [adas, bens] = threads as [(typeof threads)[0], (typeof threads)[0]]
    await ben.say('Who brings the map?')

    await ada.message('Who brings the map?').hover()
    await ada.page.getByRole('button', { name: 'More' }).click()
    await ada.page.getByRole('menuitem', { name: 'Reply in thread' }).click()
    const reply = adas.getByRole('textbox', { name: 'Write a reply' })
    await adas.locator('textarea:focus').waitFor()
    await reply.fill('I do')
    await reply.press('Enter')
    await ben.page.setViewportSize({ width: 390, height: 844 })
    await ben.page.getByRole('button', { name: '1 reply' }).click()
    await bens.getByText('I do', { exact: true }).waitFor()
    expect(await bens.boundingBox()).toMatchObject({ x: 0, y: 0, width: 390 })
    expect(await ben.composer.isVisible()).toBe(false)
    await bens.getByRole('textbox').fill('Thanks')
    await bens.getByRole('textbox').press('Enter')
    await adas.getByText('Thanks', { exact: true }).waitFor()
    await adas.getByText('2 replies').waitFor()

    await reply.press('Escape')
    await adas.waitFor({ state: 'detached' })
    await ben.page.goBack()
    await bens.waitFor({ state: 'detached' })
    // The answers stand in the conversation too, below what they answer.
    await ben.page.getByRole('button', { name: 'ben: Who brings the map?' }).first().waitFor()
    expect([...ada.complaints, ...ben.complaints]).toEqual([])
  })

  test('S2: the beginning of a name is completed by keys, and who is mentioned is told so', async () => {
    await openGroup('Names')
    const names = ada.page.getByRole('listbox', { name: 'People to mention' })
    const field = ada.page.getByRole('combobox', { name: 'Write a message' })

    await ada.composer.pressSequentially('Hello @')
    await names.getByRole('option', { name: 'ben', selected: true }).waitFor()
    await field.press('Escape')
    await names.waitFor({ state: 'detached' })
    await ada.composer.press('Backspace')
    await ada.composer.pressSequentially('@be')
    await names.waitFor()
    await field.press('Enter')
    const mention = `@${(people[1] as Person).username}`
    expect(await ada.composer.inputValue()).toBe(`Hello ${mention} `)
    await ada.composer.press('Enter')

    await ben.page.getByRole('log').getByText(mention).waitFor()
    await ben.page.getByRole('link', { name: /1 unread.*Updates/ }).waitFor()
    expect([...ada.complaints, ...ben.complaints]).toEqual([])
  })

  test('S4: one jumps to where one had left off, however far that is, and to the newest', async () => {
    const [author, reader] = people as [Person, Person]
    const conversation_id = await openGroup('Trip')
    await ben.open('/messages')
    const say = (content: string) => sendOverHttp(world.base, author, draft(conversation_id, content))
    await say(`Since you left, ${reader.username}`)
    // More than the page that is loaded at first.
    for (let n = 1; n < 60; n += 1) await say(`number ${n}`)

    await ben.page.getByRole('link', { name: /Trip.*60 unread messages/ }).click()
    await ben.message('number 59').waitFor()
    expect(await ben.page.getByText('New messages').count()).toBe(0)
    await ben.page.getByRole('button', { name: '60 unread messages' }).click()
    await ben.page.getByText('New messages').waitFor()
    await ben.message(`Since you left, ${reader.username}`).waitFor()
    await ben.page.getByRole('button', { name: 'unread messages' }).waitFor({ state: 'detached' })

    await say('one more')
    await ben.page.getByRole('button', { name: '1 new message' }).click()
    await ben.message('one more').waitFor()
    expect(ben.complaints).toEqual([])
  })

  test('S2: an edit, a reaction and a delete are seen by the other at once', async () => {
    await openGroup('Plans')
    const choose = async ({ page }: Visitor, what: string, text: string) => {
      await page.getByRole('article').filter({ hasText: text }).getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: what }).click()
    }
    await ada.say('See you at six')
    await ben.message('See you at six').waitFor()

    await choose(ada, 'Edit', 'See you at six')
    await ada.say('See you at **seven**')
    const edited = ben.page.getByRole('article').filter({ hasText: 'See you at seven' })
    await edited.getByText('edited').waitFor()

    await edited.hover()
    await edited.getByRole('button', { name: 'React with an emoji' }).click()
    const emojis = ben.page.getByRole('dialog', { name: 'React with an emoji' })
    await emojis.getByRole('searchbox', { name: 'Search emojis' }).fill('party popper')
    await emojis.getByRole('gridcell', { name: 'party popper', selected: true }).waitFor()
    await ben.page.keyboard.press('Enter')
    const reaction = ada.page.getByRole('button', { name: '🎉, 1' })
    await reaction.click()
    await ben.page.getByRole('button', { name: '🎉, 2' }).click()
    await reaction.waitFor()

    await choose(ada, 'Delete for everyone', 'See you at seven')
    await ben.page.getByRole('log').getByText('Message deleted').waitFor()
    expect(await reaction.count()).toBe(0)
    expect([...ada.complaints, ...ben.complaints]).toEqual([])
  })

  test('ten thousand messages are loaded and scrolled through without a gap', async () => {
    const count = 10_000
    const conversation_id = await openGroup('Long')
    for (const { page } of [ada, ben]) await page.goto('about:blank')
    const [author] = people as [Person, Person]
    const say = (content: string) => sendOverHttp(world.base, author, draft(conversation_id, content))
    await say('the first')
    const numbers = Array.from({ length: count - 2 }, (_, index) => index)
    await inParallel(64, numbers, (number) => say(`number ${number}`))
    await say('the last')

    await ben.open('/messages')
    await ben.page.getByRole('link', { name: /Long.*10,000 unread messages/ }).click()
    await ben.message('the last').waitFor()
    await ben.page.getByRole('button', { name: '10,000 unread messages' }).click()
    await ben.message('the first').waitFor()
    const scrolled = await scrollThrough(ben.page.getByRole('log'), { places: 8, steps: 6, stepPx: 600 })

    expect(scrolled.frames).toBeGreaterThan(8 * 6)
    expect(scrolled.gaps).toEqual([])
    await ben.page.getByRole('button', { name: 'To the newest' }).click()
    await ben.message('the last').waitFor()
    expect(ben.complaints).toEqual([])
  }, 300_000)
})
