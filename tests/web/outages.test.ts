import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fetchOk } from '../client/http.ts'
import { match, register, type Person } from '../client/people.ts'
import { hasChromium } from './chromium.ts'
import type { Visitor } from './visitor.ts'
import { startWorld, type World } from './world.ts'

interface Page {
  items: { content: string; client_id: string | null }[]
}

describe.skipIf(!hasChromium)('where there is no connection', () => {
  let world: World
  let ben: Person
  let ada: Visitor
  let conversation_id: number

  /** What the server has, of what people wrote. */
  const stored = async () => {
    const url = `${world.base}/api/conversations/${conversation_id}/messages`
    const { items } = await fetchOk<Page>(url, { token: ben.token })
    return items.filter(({ client_id }) => client_id !== null).map(({ content }) => content)
  }

  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world[Symbol.asyncDispose]())
  beforeEach(async () => {
    const account = await register(world.base, 'ada')
    ben = await register(world.base, 'ben')
    conversation_id = (await match(world.base, account, ben)).conversation_id
    ada = await world.visitor('Ada')
    await ada.signIn(account)
    await ada.open(`/messages/${conversation_id}`)
    await ada.composer.waitFor()
    return () => ada[Symbol.asyncDispose]()
  })

  test('what is written offline is shown, outlives a reload of the page, and is sent once when one is back', async () => {
    const texts = ['first', 'second', 'third', 'fourth', 'fifth']
    await ada.say('before')
    await ada.message('before').waitFor()
    await ada.context.setOffline(true)

    for (const text of texts) await ada.say(text)
    for (const text of texts) await ada.message(text).waitFor()
    await ada.page.getByText('What you write is sent as soon as you are back.').waitFor()
    // Its files are the browser's own to keep; only what is asked of the server is cut.
    await ada.context.setOffline(false)
    await ada.page.reload()
    for (const text of texts) await ada.message(text).waitFor()

    await expect.poll(stored, { timeout: 45_000 }).toEqual(['before', ...texts])
    for (const text of texts) expect(await ada.message(text).count()).toBe(1)
    expect(ada.complaints).toEqual([])
  })

  test('a gateway that is killed while one writes takes no letter and no message away', async () => {
    // Until it is back, whoever stands before it answers 502.
    ada.expectsOutage = true
    await ada.composer.pressSequentially('half a sen')
    await world.system.kill('gateway-1', 'SIGKILL')
    await ada.composer.pressSequentially('tence')
    await ada.composer.press('Enter')

    await ada.message('half a sentence').waitFor()
    await expect.poll(() => stored().catch(String), { timeout: 60_000 }).toEqual(['half a sentence'])
    expect(await ada.message('half a sentence').count()).toBe(1)
    expect(ada.complaints).toEqual([])
  })

  test('two tabs of one person show the same, and one goes on when the other is closed', async () => {
    const second = await ada.context.newPage()
    await ada.open(`/messages/${conversation_id}`, second)
    await second.getByRole('textbox', { name: 'Write a message' }).waitFor()

    await ada.say('from the first')
    await ada.message('from the first', second).waitFor()
    await ada.page.close()
    const composer = second.getByRole('textbox', { name: 'Write a message' })
    await composer.fill('from the second')
    await composer.press('Enter')

    await expect.poll(stored, { timeout: 45_000 }).toEqual(['from the first', 'from the second'])
    for (const text of ['from the first', 'from the second'])
      expect(await ada.message(text, second).count()).toBe(1)
    expect(ada.complaints).toEqual([])
  })
})
