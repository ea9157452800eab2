import type { Notification } from '@parley/protocol'
import { startSystem } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { runAdmin } from './client/admin.ts'
import { call, fetchOk } from './client/http.ts'
import { logInAgain, register, type Person } from './client/people.ts'
import { cursorOf, openSession, type Socket } from './client/socket.ts'

const news = { title: 'News', message: 'Read all about it', notification_type: 'info' }

test('S3: an admin notifies everyone: who is there at once, who comes back later once; nobody else may', async () => {
  await using system = await startSystem({ gateways: 2, env: { DRAIN_SECONDS: '0' } })
  const [here = '', there = ''] = system.gateways
  const [ada, ben, joined] = [await register(here, 'ada'), await register(here, 'ben'), await register(here)]
  await runAdmin(system.dataDir, joined.username, 'no password is asked for')
  const root = await logInAgain(here, joined)
  const list = async ({ token }: Person) =>
    (await fetchOk<{ items: Notification[] }>(`${there}/api/notifications`, { token })).items
  const post = (token: string, json: object) =>
    call(`${here}/api/notifications`, { method: 'POST', token, json })
  const leave = async (socket: Socket) => {
    await using _closing = socket
    return cursorOf(socket)
  }
  await using adas = await openSession(here, ada.token)
  const cursor = await leave(await openSession(there, ben.token))
  await using roots = await openSession(here, root.token)

  const refused = await post(ada.token, { ...news, everyone: true })
  const unclear = await post(root.token, news)
  const params = { ...news, everyone: true }
  const answer = await roots.ask({ type: 'request', method: 'messaging.send_notification', params })
  await adas.waitFor('notify')
  await eventually(async () => expect(await list(ben)).toMatchObject([{ ...news, read_at: null }]))
  await using bens = await openSession(there, ben.token, cursor)
  await using bensOther = await openSession(here, ben.token, cursorOf(bens))

  expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(unclear).toMatchObject({ status: 400, body: { code: 'invalid', errors: [{ path: 'user_ids' }] } })
  expect(answer).toMatchObject({ type: 'response', result: { id: expect.any(Number) } })
  for (const socket of [adas, bens]) expect(socket.of('notify')).toMatchObject([news])
  expect(bensOther.of('notify')).toEqual([])
  const read = { method: 'POST', token: ben.token, json: {} } as const
  expect(await call(`${there}/api/notifications/read`, read)).toMatchObject({ status: 204 })
  expect(await list(ben)).toMatchObject([{ ...news, read_at: expect.any(String) }])
})
