import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const open = (path: string) => world.call(path, { headers: { accept: 'text/html,*/*;q=0.8' } })

const linked = (html: string) =>
  [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string)

test.each(['/', '/messages/4096', '/no/such/page', '/sign-in?next=/matches'])(
  'a browser that opens %s gets the page of the app, and asks for it anew each time',
  async (path) => {
    const response = await open(path)

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(await response.text()).toContain('<div id="root"></div>')
  },
)

test('the page runs no script but the files of the build, and loads nothing of other hosts', async () => {
  const response = await open('/')
  const html = await response.text()
  const policy = response.headers.get('content-security-policy')

  expect(policy).toMatch(/default-src 'none'; script-src 'self';/)
  expect(policy).toMatch(/connect-src 'self';/)
  expect(policy).toMatch(/require-trusted-types-for 'script'/)
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=/)
  expect(linked(html).filter((path) => !path.startsWith('/assets/'))).toEqual([])
})

test('files of the app have their hash in the name, and are kept for ever', async () => {
  const paths = linked(await (await open('/')).text())

  expect(paths.length).toBeGreaterThanOrEqual(3)
  for (const path of paths) {
    const response = await world.call(path)
    expect(response.status).toBe(200)
    expect(path).toMatch(/-[\w-]{8}\.(js|css|svg)$/)
    expect(response.headers.get('cache-control')).toMatch(/immutable/)
    expect(response.headers.get('content-type')).toMatch(/^(text\/javascript|text\/css|image\/svg)/)
  }
})

test.each(['/api/nothing', '/docs/nothing', '/assets/other.js', '/nothing.txt', '/.well-known/nothing'])(
  '%s is no page: a browser too gets a problem',
  async (path) => {
    const response = await open(path)

    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  },
)

test('who does not ask for a page gets a problem where there is nothing', async () => {
  const response = await world.call('/messages')

  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: 'not_found' })
})
