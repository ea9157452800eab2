import { page } from './dom.ts'
import { probe } from './probe.ts'
import { createElement, version } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { ParleyClient } from '@parley/client'
import { ParleyState } from '@parley/client/state'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import * as parley from '../src/index.ts'

const made = () => new ParleyState(new ParleyClient({ url: 'http://127.0.0.1:9' }))

/** Everything that hooks give, in one text. */
const Everything = () => {
  const all = [
    parley.useSession().status,
    parley.useConnection().state.name,
    parley.useConversations().conversations.length,
    parley.useUnread(),
    parley.useConversation(256),
    parley.useMessages(256).messages.length,
    parley.useMembers(256).length,
    parley.useTyping(256).typists.length,
    parley.usePresence(256).status,
    parley.useNotifications().unread,
    parley.useCandidates().candidates.length,
    parley.useMatches().matches.length,
  ]
  return createElement('p', null, all.join(' '))
}
const app = (state: ParleyState) => createElement(parley.ParleyProvider, { state }, createElement(Everything))

test(`React ${process.env['REACT_MAJOR'] ?? '19'} is what these tests draw with`, () => {
  expect(version.split('.')[0]).toBe(process.env['REACT_MAJOR'] ?? '19')
})

test('a server renders without a connection, and a browser takes over what it rendered, whatever is known by then', async () => {
  const html = renderToString(app(made()))
  const container = page.document.createElement('div')
  container.innerHTML = html
  const browsers = made()
  const faults: unknown[] = []
  await browsers.client.connect().catch(() => {})

  // The page's elements are what React needs of a browser's.
  const root = hydrateRoot(container as unknown as HTMLElement, app(browsers), {
    onRecoverableError: (error) => faults.push(error),
  })

  expect(html).toBe('<p>unknown idle 0 0  0 0 0 unknown 0 0 0</p>')
  await eventually(() => expect(container.textContent).toMatch(/^signed_out closed/))
  expect(faults).toEqual([])
  root.unmount()
  await browsers.client.close()
})

test('without an id a hook is idle; what needs one says so', async () => {
  const idle = made()
  using shown = await probe({ state: idle }, () => ({
    view: parley.useConversation(null),
    members: parley.useMembers(undefined),
    typing: parley.useTyping(null),
    presence: parley.usePresence(undefined),
    messages: parley.useMessages(null),
  }))

  expect(shown.now).toMatchObject({
    view: undefined,
    members: [],
    typing: { typists: [] },
    presence: { status: 'unknown' },
    messages: { messages: [], isLoaded: false },
  })
  shown.now.typing.setTyping()
  shown.now.messages.markRead()
  await shown.now.messages.loadOlder()
  expect(() => shown.now.messages.send('hello')).toThrow('conversation_not_found')
})

test('a hook without a provider says what is missing', () => {
  const Lost = () => createElement('p', null, typeof parley.useClient())

  expect(() => renderToString(createElement(Lost))).toThrow('<ParleyProvider state={…}>')
})
