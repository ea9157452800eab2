import { startSystem, type System } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchOk } from '../client/http.ts'
import { matchedPair } from '../client/pairs.ts'
import { type Person } from '../client/people.ts'
import { openAt, openLegacy } from '../client/socket.ts'
import { bundle, openPage, type Page } from './page.ts'
import { at } from './react.ts'
import { blockOf } from './words.ts'

// The document gives the connecting half of its hook; the rest is the least that uses it.
const HOOK = `
import { useCallback, useEffect, useRef } from 'react'
export function useWebSocket({ url, user, isAuthenticated }: { url: string; user: unknown; isAuthenticated: boolean }) {
const ws = useRef<WebSocket>(null)
${blockOf('marketplace', '// In useWebSocket.ts')}
useEffect(connect, [connect])
return ws
}`
const MAIN = `
import { createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { useWebSocket } from './useWebSocket'
globalThis.heard = []
function Shown(properties) {
  const ws = useWebSocket(properties)
  useEffect(() => {
    globalThis.isTried = true
    if (!ws.current) return
    ws.current.onopen = () => (globalThis.isOpen = true)
    ws.current.onmessage = ({ data }) => globalThis.heard.push(JSON.parse(data))
    globalThis.say = (frame) => ws.current.send(JSON.stringify(frame))
  }, [])
  return null
}
createRoot(document.body.appendChild(document.createElement('div'))).render(
  createElement(Shown, JSON.parse(localStorage.getItem('properties'))),
)`

let system: System
let settings: (gateway: string) => Record<string, string>
let script: string

beforeAll(async () => {
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: '0' }
  system = await startSystem({ gateways: 2, env })
  script = await bundle({ 'useWebSocket.ts': HOOK, 'main.jsx': MAIN })
  settings = (gateway) => {
    const text = at(gateway, blockOf('marketplace', 'NEXT_PUBLIC_WS_URL')).replace(
      'http://localhost:8000',
      gateway,
    )
    return Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    )
  }
})
afterAll(() => system[Symbol.asyncDispose]())

const open = (gateway: string, { token }: Person, isAuthenticated = true): Page => {
  const properties = { url: settings(gateway)['NEXT_PUBLIC_WS_URL'], user: {}, isAuthenticated }
  return openPage(script, { token, properties: JSON.stringify(properties) })
}
const isOpen = (page: Page): Promise<void> => eventually(() => expect(page.get('isOpen')).toBe(true))
const framesOf = (page: Page, type: string): Record<string, unknown>[] =>
  page
    .get<{ type: string; data: Record<string, unknown> }[]>('heard')
    .flatMap((frame) => (frame.type === type ? [frame.data] : []))

test("S0: document 000's client tells the story: its socket is /ws/messaging/; message is sent with its conversation in data; typing is sent with its conversation in data; message arrives in data; typing arrives in data, with its conversation", async () => {
  const [here = '', there = ''] = system.gateways
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await using ofAda = open(here, ada)
  await using ofBen = open(there, ben)
  await using phone = open(there, ada)
  await Promise.all([ofAda, ofBen, phone].map(isOpen))
  for (const [page, other] of [
    [ofAda, ben],
    [ofBen, ada],
  ] as const)
    await eventually(() =>
      expect(framesOf(page, 'user_status')).toContainEqual({ user_id: other.id, status: 'online' }),
    )

  ofAda.get<(frame: object) => void>('say')({ type: 'typing', data: { conversation_id, is_typing: true } })
  await eventually(() =>
    expect(framesOf(ofBen, 'typing')).toEqual([
      { conversation_id, user_id: ada.id, user_name: 'ada', is_typing: true },
    ]),
  )
  ofAda.get<(frame: object) => void>('say')({ type: 'message', data: { conversation_id, content: 'Hello!' } })
  await eventually(() => expect(framesOf(ofBen, 'message')).toHaveLength(1))
  const url = `${settings(there)['NEXT_PUBLIC_API_BASE_URL']}/conversations/${conversation_id}/messages/`
  const answer = await fetchOk(url, { method: 'POST', token: ben.token, json: { content: 'Over HTTP' } })

  for (const page of [ofAda, ofBen, phone])
    await eventually(() =>
      expect(framesOf(page, 'message')).toMatchObject([
        { conversation_id, content: 'Hello!', sender: { id: ada.id, username: ada.username } },
        answer as object,
      ]),
    )
  expect([ofAda, phone].map((page) => framesOf(page, 'typing'))).toEqual([[], []])
})

test("S0: document 000's client does not connect without a session; who connects is who the token says, whatever the address names", async () => {
  const [here = ''] = system.gateways
  const { ada, ben, conversation_id } = await matchedPair(system.gateways)
  await using nobody = open(here, ada, false)
  await eventually(() => expect(nobody.get('isTried')).toBe(true))
  await using named = await openLegacy(here, `/ws/messaging/?user_id=${ben.id}`, ada.token)
  named.send({
    type: 'message',
    data: { conversation_id, content: 'Who am I?', sender: { id: ben.id }, user_id: ben.id } as never,
  })
  const told = await named.waitFor('message')
  await using bare = await openAt(here, `/ws/messaging/?user_id=${ben.id}`)

  expect(nobody.get('isOpen')).toBeUndefined()
  expect(told['data']).toMatchObject({ sender: { id: ada.id } })
  expect((await bare.closedWithin(5_000)).code).toBe(4401)
})
