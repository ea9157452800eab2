import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'

const PASSWORD = 'a long password'
/** On a machine that does much else a page may take long; nothing here measures time. */
const PATIENCE_MS = 45_000

export interface Login {
  username: string
  password: string
}

/** Somebody at a browser of their own, and everything that its pages complained of. */
export class Visitor implements AsyncDisposable {
  readonly name: string
  readonly login: Login
  readonly context: BrowserContext
  /**
   * Errors of the console and of scripts, failures of the server, and files of the app that are not there. A connection that
   * is lost is none: tests cut some.
   */
  readonly complaints: string[] = []
  /** A test takes the server away: what it answers until it is whole again is no complaint. */
  expectsOutage = false
  readonly #base: string
  #page: Page | undefined

  private constructor(base: string, name: string, context: BrowserContext) {
    this.#base = base
    this.name = name
    this.login = { username: `${name.toLowerCase()}-${randomUUID().slice(0, 8)}`, password: PASSWORD }
    this.context = context
    context.on('page', (page) => this.#listen(page))
  }

  static async at(
    browser: Browser,
    base: string,
    { name, ...options }: BrowserContextOptions & { name: string },
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      ...options,
    })
    context.setDefaultTimeout(PATIENCE_MS)
    const visitor = new Visitor(base, name, context)
    visitor.#page = await context.newPage()
    return visitor
  }

  get page(): Page {
    if (!this.#page) throw new Error('the visitor has no page')
    return this.#page
  }

  /** Opens an address in this tab, or in another one. */
  async open(path: string, page = this.page): Promise<Page> {
    await page.goto(`${this.#base}${path}`)
    return page
  }

  /** Goes to an address as a link of the app does: without loading the app again. */
  async follow(path: string): Promise<void> {
    await this.page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  }

  /** Makes the account by the form. */
  async signUp(): Promise<this> {
    await this.open('/sign-up')
    await this.page.getByLabel('First name').fill(this.name)
    await this.page.getByLabel('Username').fill(this.login.username)
    await this.page.getByLabel('Password').fill(this.login.password)
    await this.page.getByRole('button', { name: 'Create account' }).click()
    await this.heading(`Hello, ${this.name}`).waitFor()
    await this.page.getByRole('button', { name: 'Meet people' }).click()
    await this.heading('Discover').waitFor()
    return this
  }

  /** Signs in by the form, to an account that there is. */
  async signIn({ username, password }: Login): Promise<this> {
    await this.open('/sign-in')
    await this.page.getByLabel('Username, e-mail or phone').fill(username)
    await this.page.getByLabel('Password').fill(password)
    await this.page.getByRole('button', { name: 'Sign in' }).click()
    await this.heading('Discover').waitFor()
    return this
  }

  async goTo(place: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: place }).click()
  }

  heading(name: string | RegExp, page = this.page): Locator {
    return page.getByRole('heading', { level: 1, name })
  }

  /** Where one writes. */
  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Write a message' })
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  /** A text among the messages of the conversation that is open. */
  message(text: string, page = this.page): Locator {
    return page.getByRole('log').getByText(text, { exact: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close()
  }

  /** Whether an address is of the app itself. What the API has not may well be asked for. */
  #isFile(address: string): boolean {
    const { origin, pathname } = new URL(address)
    return origin === new URL(this.#base).origin && !pathname.startsWith('/api/')
  }

  #listen(page: Page): void {
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      const isLoss = /net::ERR_|WebSocket connection|Failed to load resource/.test(message.text())
      if (message.type() === 'error' && !isLoss) this.complaints.push(message.text())
    })
    page.on('response', (response) => {
      const status = response.status()
      const isMissing = status === 404 && this.#isFile(response.url())
      if ((status >= 500 && !this.expectsOutage) || isMissing)
        this.complaints.push(`${response.request().method()} ${response.url()} answered ${status}`)
    })
  }
}
