import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchOk } from '../client/http.ts'
import { like, listConversations, type Person, register } from '../client/people.ts'
import { hasChromium } from './chromium.ts'
import { startWorld, type World } from './world.ts'

describe.skipIf(!hasChromium)('people at their windows', () => {
  let world: World

  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test('two sign up, like each other, and talk', async () => {
    await using ada = await world.visitor('Ada')
    await using ben = await world.visitor('Ben')
    await ada.signUp()
    await ben.signUp()

    await ada.page.getByRole('button', { name: 'Look again' }).click()
    await ada.page.getByRole('article', { name: 'Ben' }).waitFor()
    await ada.page.getByRole('button', { name: 'Like' }).click()
    await ben.page.getByRole('button', { name: 'Like' }).click()

    // Both see the moment, the one who liked first too.
    for (const { page } of [ada, ben]) await page.getByText('It’s a match!').waitFor()
    await ada.page.getByRole('button', { name: 'Say hello' }).click()
    await ada.say('Hello **Ben**')
    // Ben has Parley open, and has not looked yet.
    await ada.page.getByText('Delivered', { exact: true }).waitFor()
    await ben.page.getByRole('button', { name: 'Later' }).click()
    await ben.goTo('Messages')
    await ben.page.getByRole('link', { name: /Ada.*1 unread message/ }).click()
    await ben.page.getByRole('log').getByText('Hello Ben').waitFor()
    await ada.page.getByText('Read', { exact: true }).waitFor()
    await ben.say('Hello Ada')
    await ada.message('Hello Ada').waitFor()
    // The socket may tell of the match again: the moment is over.
    await ben.page.reload()
    await ada.say('Still there?')
    await ben.message('Still there?').waitFor()
    expect(await ben.page.getByText('It’s a match!').count()).toBe(0)

    expect([...ada.complaints, ...ben.complaints]).toEqual([])
  })

  test('a session outlives a reload, and ends when one signs out', async () => {
    await using cleo = await world.visitor('Cleo')
    await cleo.signUp()

    await cleo.page.reload()
    await cleo.heading('Discover').waitFor()
    await cleo.goTo('You')
    await cleo.page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await cleo.heading('Welcome back').waitFor()
    await cleo.open('/matches')
    await cleo.heading('Welcome back').waitFor()

    expect(cleo.complaints).toEqual([])
  })

  test('a form says what is wrong with which field', async () => {
    await using dora = await world.visitor('Dora')
    await dora.open('/sign-up')

    const username = dora.page.getByLabel('Username')
    await username.fill('No spaces')
    await dora.page.getByLabel('Password').fill('short')
    await dora.page.getByRole('button', { name: 'Create account' }).click()

    await dora.page.getByText('3 to 32 small letters').waitFor()
    expect(await username.getAttribute('aria-invalid')).toBe('true')
    expect(await dora.page.getByLabel('Password').getAttribute('aria-invalid')).toBe('true')
    expect(await dora.page.getByLabel('First name').getAttribute('aria-invalid')).toBe('false')
  })

  test('a group is made, described, filled and handed on, and its maker leaves it', async () => {
    const [account, ben, cleo] = await Promise.all(
      ['ada', 'ben', 'cleo'].map((name) => register(world.base, name)),
    )
    if (!account || !ben || !cleo) throw new Error('somebody is missing')
    await using ada = await world.visitor('Ada')
    await ada.signIn(account)
    const { page } = ada
    const pick = async ({ username }: Person) => {
      await page.getByLabel('Search by name').fill(username)
      await page.getByRole('checkbox', { name: username }).check()
    }
    const about = async (name: string, what: string) => {
      await page.getByRole('button', { name: `More about ${name}` }).click()
      await page.getByRole('menuitem', { name: what }).click()
    }
    const rowOf = (name: string) => page.getByRole('listitem').filter({ hasText: `@${name}` })

    await ada.goTo('Messages')
    await page.getByRole('button', { name: 'New group' }).click()
    await page.getByLabel('Name of the group').fill('Climbing')
    await pick(ben)
    await page.getByRole('button', { name: 'Create group with 1 person' }).click()
    await ada.heading('Climbing').waitFor()
    await page.getByRole('link', { name: 'Conversation settings' }).click()
    await page.getByLabel('Name of the group').fill('Climbing on Sunday')
    await page.getByLabel('Picture').fill('https://pictures.example/wall.png')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Show the picture' }).waitFor()
    await page.getByRole('button', { name: 'Add people' }).click()
    await pick(cleo)
    await page.getByRole('button', { name: 'Add 1 person' }).click()
    await page.getByRole('heading', { name: '3 members' }).waitFor()
    await about('cleo', 'Block')
    await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
    await rowOf(cleo.username).getByText('Blocked').waitFor()
    await about('cleo', 'Remove')
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('heading', { name: '2 members' }).waitFor()

    await page.getByRole('switch', { name: 'Keep at the top' }).check()
    await page.getByRole('button', { name: 'Mute' }).click()
    await page.getByRole('menuitem', { name: 'Until I take it back' }).click()
    await page.getByText('Muted until you take it back').waitFor()
    await page.getByRole('link', { name: /Climbing on Sunday.*Pinned.*Muted/ }).waitFor()
    await about('ben', 'Make an admin')
    await rowOf(ben.username).getByText('Admin').waitFor()
    await about('ben', 'Make the owner')
    await page.getByRole('dialog').getByRole('button', { name: 'Make the owner' }).click()
    await rowOf(ben.username).getByText('Owner').waitFor()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByText('No conversations yet').waitFor()

    const [group] = await listConversations(world.base, ben)
    expect(group).toMatchObject({ title: 'Climbing on Sunday', member_count: 1 })
    expect(ada.complaints).toEqual([])
  })

  test('the keyboard alone is enough to sign up, to like and to write', async () => {
    await using emil = await world.visitor('Emil')
    const fay = await register(world.base, 'fay')
    await fetchOk(`${world.base}/api/matching/profile`, { method: 'PUT', token: fay.token, json: {} })
    await emil.open('/sign-up')
    const { keyboard } = emil.page
    await emil.page.getByLabel('First name').focus()
    for (const text of [emil.name, emil.login.username, emil.login.password]) {
      await keyboard.type(text)
      await keyboard.press('Tab')
    }
    await keyboard.press('Enter')
    await emil.heading('Hello, Emil').waitFor()
    const found = await fetchOk<{ items: Person[] }>(`${world.base}/api/users?q=${emil.login.username}`, {
      token: fay.token,
    })
    await like(world.base, fay, found.items[0]!)
    await emil.page.getByLabel('Interests').focus()
    await keyboard.press('Enter')
    await emil.heading('Discover').waitFor()
    // Those of the tests before are suggested too.
    const celebration = emil.page.getByText('It’s a match!')
    const article = emil.page.getByRole('article')
    for (;;) {
      await article.or(celebration).first().waitFor()
      if (await celebration.isVisible()) break
      await keyboard.press('ArrowRight')
    }
    // The dialog holds the focus, on what one most likely wants.
    await keyboard.press('Enter')
    await emil.composer.waitFor()
    await emil.composer.focus()
    await keyboard.type('By keys')
    await keyboard.press('Enter')
    await emil.message('By keys').waitFor()

    expect(emil.complaints).toEqual([])
  })
})
