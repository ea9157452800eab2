import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runAdmin } from '../client/admin.ts'
import { fetchOk } from '../client/http.ts'
import { logInAgain, match, type Person, register, sendOverHttp } from '../client/people.ts'
import { hasChromium } from './chromium.ts'
import type { Visitor } from './visitor.ts'
import { startWorld, type World } from './world.ts'

const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 800 }

describe.skipIf(!hasChromium)('every page, for everybody', () => {
  let world: World
  /** Staff too, so that every page there is can be opened. */
  let ada: Person
  let ben: Person
  let conversation_id: number
  let adas: Visitor

  beforeAll(async () => {
    world = await startWorld()
    ;[ada, ben] = await Promise.all([register(world.base, 'ada'), register(world.base, 'ben')])
    await runAdmin(world.system.dataDir, ada.username, 'no password is asked for')
    ada = await logInAgain(world.base, ada)
    const newcomer = await register(world.base, 'cleo')
    await fetchOk(`${world.base}/api/matching/profile`, { method: 'PUT', token: newcomer.token, json: {} })
    conversation_id = (await match(world.base, ada, ben)).conversation_id
    const { id: support_id } = await fetchOk<{ id: number }>(`${world.base}/api/conversations`, {
      ...{ method: 'POST', token: ben.token },
      json: { kind: 'support', subject: 'A question' },
    })
    await say(support_id, 'Who can help?')
    await say(conversation_id, 'Hello **Ada**')
    adas = await world.visitor('Ada', { reducedMotion: 'reduce' })
    await adas.signIn(ada)
  })
  afterAll(() => world[Symbol.asyncDispose]())

  const say = (conversation: number, content: string) =>
    sendOverHttp(world.base, ben, { conversation_id: conversation, content, client_id: crypto.randomUUID() })

  const themed = ({ page }: Visitor, theme: 'light' | 'dark') =>
    page.locator(`html[data-theme=${theme}]`).waitFor()

  /** What axe finds that keeps people out. */
  async function faults({ page }: Visitor, where: string): Promise<string[]> {
    const { violations } = await page.evaluate<axe.AxeResults>(
      `${axe.source}; axe.run(document, { resultTypes: ['violations'] })`,
    )
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${where}: ${id}, ${target.join(' ')}`))
  }

  /** What is wrong with a page in light and dark, on a desk and a phone. */
  async function faultsOf(visitor: Visitor, where: string): Promise<string[]> {
    const { page } = visitor
    const found: string[] = []
    for (const colorScheme of ['light', 'dark'] as const)
      for (const size of [DESK, PHONE]) {
        await page.emulateMedia({ colorScheme })
        await themed(visitor, colorScheme)
        await page.setViewportSize(size)
        found.push(...(await faults(visitor, `${where}, ${colorScheme}, ${size.width}`)))
      }
    await page.setViewportSize(DESK)
    return found
  }

  test('axe finds no serious fault on the pages of who is signed out', async () => {
    await using visitor = await world.visitor('Fay', { reducedMotion: 'reduce' })
    const found: string[] = []
    for (const [path, heading] of [
      ['/sign-in', 'Welcome back'],
      ['/sign-up', 'Create your account'],
    ] as const) {
      await visitor.open(path)
      await visitor.heading(heading).waitFor()
      found.push(...(await faultsOf(visitor, path)))
    }

    expect(found).toEqual([])
  })

  test('axe finds no serious fault on any page of who is signed in, nor on what opens above one', async () => {
    const { page } = adas
    const found: string[] = []
    const look = async (path: string, isThere: () => Promise<unknown>) => {
      await adas.follow(path)
      await isThere()
      found.push(...(await faultsOf(adas, path)))
    }

    await look('/discover', () => page.getByRole('article', { name: 'cleo' }).waitFor())
    await look('/matches', () => page.getByRole('link', { name: 'ben' }).waitFor())
    await look('/messages', () => page.getByRole('link', { name: /ben.*Hello/ }).waitFor())
    await look(`/messages/${conversation_id}`, () => adas.message('Hello Ada').waitFor())
    await look(`/messages/${conversation_id}/settings`, () => page.getByText('@ben').waitFor())
    await look('/notifications', () => page.getByRole('listitem').first().waitFor())
    await look('/account', () => page.getByLabel('About you').waitFor())
    await look('/welcome', () => page.getByLabel('Interests').waitFor())
    await look('/support', () => page.getByRole('link', { name: /A question/ }).waitFor())
    await look('/admin', () => adas.heading('Announce').waitFor())
    await look('/nowhere', () => adas.heading('Nothing here').waitFor())
    await adas.follow('/messages')
    await page.getByRole('button', { name: 'New group' }).click()
    await page.getByRole('checkbox', { name: 'ben' }).waitFor()
    found.push(...(await faultsOf(adas, 'new group')))
    await page.keyboard.press('Escape')

    expect(found).toEqual([])
    expect(adas.complaints).toEqual([])
  })

  test('on a phone nothing is wider than the screen, and the list gives way to the conversation', async () => {
    await using phone = await world.visitor('Ada', { viewport: PHONE, hasTouch: true, isMobile: true })
    await phone.signIn(ada)
    const { page } = phone
    const tooWide: string[] = []
    for (const place of ['Discover', 'Matches', 'Updates', 'You', 'Support', 'Announce', 'Messages']) {
      await phone.goTo(place)
      await phone.heading(place).waitFor()
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      if (width > PHONE.width) tooWide.push(`${place}: ${width}`)
    }
    await page.getByRole('link', { name: /ben/ }).click()
    await phone.composer.waitFor()
    expect(await phone.heading('Messages').isVisible()).toBe(false)
    await phone.say('From a phone')
    await phone.message('From a phone').waitFor()
    await page.getByRole('link', { name: 'Back to the list' }).click()
    await phone.heading('Messages').waitFor()

    expect(await phone.composer.count()).toBe(0)
    expect(tooWide).toEqual([])
    expect(phone.complaints).toEqual([])
  })

  test('the dark is dark: as the system has it, and as one chooses, which outlives a reload', async () => {
    const { page } = adas
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    await page.emulateMedia({ colorScheme: 'dark' })
    await themed(adas, 'dark')
    const dark = await background()
    await page.emulateMedia({ colorScheme: 'light' })
    await themed(adas, 'light')
    expect(await background()).not.toBe(dark)

    await adas.follow('/account')
    await page.getByText('Dark', { exact: true }).click()
    await themed(adas, 'dark')
    expect(await background()).toBe(dark)
    await page.reload()
    await adas.heading('You').waitFor()
    await themed(adas, 'dark')
    await page.getByText('As the system').click()
    await themed(adas, 'light')
  })

  test('the keyboard alone is enough to sign in, to open a conversation, to write and to react', async () => {
    await using visitor = await world.visitor('Ada')
    const { page } = visitor
    const { keyboard } = page
    /** Goes on with the Tab key until it is on something of that name. */
    const tabTo = async (name: RegExp) => {
      for (let step = 0; step < 60; step += 1) {
        await keyboard.press('Tab')
        const focused = await page.evaluate<string>(
          "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
        )
        if (name.test(focused)) return
      }
      throw new Error(`the Tab key leads to nothing named ${String(name)}`)
    }
    await visitor.open('/sign-in')
    await visitor.heading('Welcome back').waitFor()
    await page.getByLabel('Username, e-mail or phone').focus()
    await keyboard.type(ada.username)
    await keyboard.press('Tab')
    await keyboard.type(ada.password)
    await keyboard.press('Enter')
    await visitor.heading('Discover').waitFor()

    await tabTo(/Messages/)
    await keyboard.press('Enter')
    await page.getByRole('link', { name: /ben/ }).waitFor()
    await tabTo(/ben/)
    await keyboard.press('Enter')
    await visitor.composer.waitFor()
    await tabTo(/^Write a message$/)
    await keyboard.type('Without a mouse')
    await keyboard.press('Enter')
    await visitor.message('Without a mouse').waitFor()
    await tabTo(/^React with 👍$/)
    await keyboard.press('Enter')
    await page.getByRole('button', { name: '👍, 1', pressed: true }).waitFor()

    expect(visitor.complaints).toEqual([])
  })
})
