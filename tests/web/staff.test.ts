import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runAdmin } from '../client/admin.ts'
import { fetchOk } from '../client/http.ts'
import { logInAgain, register, type Person } from '../client/people.ts'
import { hasChromium } from './chromium.ts'
import { startWorld, type World } from './world.ts'

describe.skipIf(!hasChromium)('staff at a window', () => {
  let world: World
  let root: Person
  let agent: Person

  beforeAll(async () => {
    world = await startWorld()
    root = await register(world.base, 'root')
    agent = await register(world.base, 'amy')
    await runAdmin(world.system.dataDir, root.username, 'no password is asked for')
    root = await logInAgain(world.base, root)
    await fetchOk(`${world.base}/api/users/${agent.id}/role`, {
      method: 'PUT',
      token: root.token,
      json: { role: 'agent' },
    })
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test('S4: somebody writes to support, and an agent finds it in the queue and answers', async () => {
    await using ada = await world.visitor('Ada')
    await using amy = await world.visitor('Amy')
    await amy.signIn(agent)
    await amy.goTo('Support')
    await amy.page.getByText('Nobody is waiting').waitFor()

    await ada.signUp()
    await ada.goTo('You')
    await ada.page.getByRole('button', { name: 'Write to support' }).click()
    await ada.say('Where is my refund?')
    await amy.page.getByRole('link', { name: /Ada.*Where is my refund\?.*1 unread/ }).click()
    await amy.message('Where is my refund?').waitFor()
    await amy.say('It is on its way.')

    await ada.message('It is on its way.').waitFor()
    await amy.page.getByText('Nobody is waiting').waitFor()
    expect([...ada.complaints, ...amy.complaints]).toEqual([])
  })

  test('what an admin announces, everybody finds among their updates', async () => {
    await using ada = await world.visitor('Ada')
    await using admin = await world.visitor('Root')
    await ada.signUp()
    await admin.signIn(root)

    await admin.goTo('Announce')
    await admin.page.getByLabel('Title').fill('A new feature')
    await admin.page.getByLabel('Text').fill('Reactions are here.')
    await admin.page.getByRole('button', { name: 'Send announcement' }).click()
    await ada.page.getByRole('link', { name: /1 unread.*Updates/ }).click()
    await ada.page.getByText('Reactions are here.').waitFor()
    await ada.page.getByRole('button', { name: 'Mark all as read' }).click()
    await ada.page.getByRole('navigation').getByRole('link', { name: 'Updates', exact: true }).waitFor()

    expect([...ada.complaints, ...admin.complaints]).toEqual([])
  })

  test('who is no staff finds no page of staff', async () => {
    await using ada = await world.visitor('Ada')
    await ada.signUp()

    for (const path of ['/support', '/admin']) {
      await ada.open(path)
      await ada.heading('Nothing here').waitFor()
    }
    expect(await ada.page.getByRole('navigation').getByRole('link', { name: 'Support' }).count()).toBe(0)
  })
})
