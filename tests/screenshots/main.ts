// npm run screenshots: the demo world as people see it, each page on a desk in the light and on a phone in the dark.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { runAdmin } from '../client/admin.ts'
import type { Visitor } from '../web/visitor.ts'
import { startWorld, type World } from '../web/world.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const images = join(root, 'docs/images')
/** What text still reads well at. */
const QUALITY = 80

const looks = {
  wide: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true, isMobile: true },
} as const
type Look = keyof typeof looks

/** Where a page is, and what is seen there once it is whole. */
interface Shown {
  name: string
  open: (visitor: Visitor) => Promise<unknown>
}

const heading = (title: string | RegExp) => (visitor: Visitor) => visitor.heading(title).waitFor()

const at =
  (path: string, whole: (visitor: Visitor) => Promise<unknown>) =>
  async (visitor: Visitor): Promise<void> => {
    await visitor.follow(path)
    await whole(visitor)
  }

const openTalk = (name: RegExp) => async (visitor: Visitor) => {
  await visitor.follow('/messages')
  await visitor.page.getByRole('link', { name }).click()
  await visitor.composer.waitFor()
  await visitor.page.getByRole('log').getByRole('article').first().waitFor()
}

const outside: readonly Shown[] = [
  { name: 'sign-in', open: at('/sign-in', heading('Welcome back')) },
  { name: 'sign-up', open: at('/sign-up', heading('Create your account')) },
]

const inside: readonly Shown[] = [
  { name: 'discover', open: at('/discover', ({ page }) => page.getByRole('article').first().waitFor()) },
  {
    name: 'matches',
    open: at('/matches', ({ page }) => page.getByRole('link', { name: /Jonas/ }).waitFor()),
  },
  {
    name: 'messages',
    open: at('/messages', ({ page }) => page.getByRole('link', { name: /Supper/ }).waitFor()),
  },
  { name: 'conversation', open: openTalk(/Climbing on Sunday/) },
  {
    name: 'settings',
    open: async (visitor) => {
      await openTalk(/Climbing on Sunday/)(visitor)
      await visitor.page.getByRole('link', { name: 'Conversation settings' }).click()
      await visitor.page.getByText('@demo.omar').waitFor()
    },
  },
  {
    name: 'notifications',
    open: at('/notifications', ({ page }) => page.getByRole('listitem').first().waitFor()),
  },
  { name: 'account', open: at('/account', ({ page }) => page.getByLabel('About you').waitFor()) },
]

const staffs: readonly Shown[] = [
  {
    name: 'support',
    open: at('/support', ({ page }) => page.getByRole('link', { name: /Two accounts/ }).waitFor()),
  },
  { name: 'announce', open: at('/admin', heading('Announce')) },
]

/** Fills the system as `npm run seed` does; gives the password of everybody in it. */
async function seed(dataDir: string): Promise<string> {
  const args = ['--conditions=@parley/source', join(root, 'examples/seed/main.ts')]
  const child = spawn(process.execPath, args, {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the demo world could not be made: exit code ${code}`)
  const text = await readFile(join(dataDir, 'demo-world.json'), 'utf8')
  return (JSON.parse(text) as { password: string }).password
}

/** WebP, which Playwright does not write, is a third of PNG. */
async function shoot(page: Page, file: string): Promise<void> {
  await page.evaluate('document.fonts.ready.then(() => undefined)')
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
  await session.detach()
  await writeFile(file, Buffer.from(data, 'base64'))
}

async function shootAll(visitor: Visitor, look: Look, pages: readonly Shown[]): Promise<void> {
  for (const { name, open } of pages) {
    await open(visitor)
    await shoot(visitor.page, join(images, `${name}-${look}.webp`))
    console.log(`${name}-${look}`)
  }
}

async function shootFor(world: World, password: string): Promise<void> {
  for (const look of Object.keys(looks) as Look[]) {
    const options = { ...looks[look], reducedMotion: 'reduce' } as const
    await using stranger = await world.visitor('Stranger', options)
    await stranger.open('/sign-in')
    await shootAll(stranger, look, outside)
    await using mira = await world.visitor('Mira', options)
    await mira.signIn({ username: 'demo.mira', password })
    await shootAll(mira, look, inside)
    await using root = await world.visitor('Ines', options)
    await root.signIn({ username: 'demo.ines', password })
    await shootAll(root, look, staffs)
  }
}

await mkdir(images, { recursive: true })
await using world = await startWorld()
const password = await seed(world.system.dataDir)
await runAdmin(world.system.dataDir, 'demo.ines', password)
await shootFor(world, password)
