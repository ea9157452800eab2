import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test.each(['/docs', '/docs/socket', '/docs/errors', '/docs/'])(
  '%s is a page that needs no other host',
  async (path) => {
    const response = await world.call(path)
    const html = await response.text()

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(html.match(/(src|href)="(https?:|\/\/)[^"]*"/g)).toBeNull()
    expect(html).not.toMatch(/<script>/)
  },
)

test('the scripts of the reference are served by their hash, to keep for ever', async () => {
  const html = await (await world.call('/docs')).text()
  const scripts = [...html.matchAll(/<script src="([^"]+)">/g)].map(([, src]) => src as string)

  expect(scripts).toHaveLength(2)
  for (const src of scripts) {
    const response = await world.call(src)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toMatch(/immutable/)
    expect(response.headers.get('content-type')).toMatch(/^text\/javascript/)
  }
  expect((await world.call('/docs/scripts/other.js')).status).toBe(404)
})

test('both documents are served, packed where the client takes it', async () => {
  for (const [path, key] of [
    ['/openapi.json', 'openapi'],
    ['/asyncapi.json', 'asyncapi'],
  ] as const) {
    const packed = await world.call(path)
    const plain = await world.call(path, { headers: { 'accept-encoding': 'identity' } })

    expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual([
      'gzip',
      null,
    ])
    expect(await packed.json()).toEqual(await plain.json())
    expect(key).toMatch(/api$/)
  }
})

test('pages may not be framed and load nothing from elsewhere', async () => {
  const { headers } = await world.call('/docs')
  const policy = headers.get('content-security-policy')

  expect(policy).toMatch(/default-src 'self'/)
  expect(policy).toMatch(/frame-ancestors 'none'/)
  expect(policy).not.toMatch(/script-src|unsafe-eval/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('every code of an error has a line that its type leads to', async () => {
  const problem = (await (await world.call('/api/nothing')).json()) as { type: string }
  const [path = '', id] = problem.type.split('#')

  expect(await (await world.call(path)).text()).toContain(`<tr id="${id}">`)
})
