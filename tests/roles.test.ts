import type { Tokens } from '@parley/protocol'
import { startSystem } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { runAdmin } from './client/admin.ts'
import { call, fetchOk } from './client/http.ts'
import { register } from './client/people.ts'
import { openSession } from './client/socket.ts'

test('the command makes the first admin of a running system; who is lowered is out at every gateway within a second', async () => {
  await using system = await startSystem({ gateways: 2, env: { DRAIN_SECONDS: '0' } })
  const [here = '', there = ''] = system.gateways
  const password = 'a good password'
  const giveRole = (token: string, id: number, role: string) =>
    call(`${here}/api/users/${id}/role`, { method: 'PUT', token, json: { role } })
  const logIn = (identifier: string, secret: string) =>
    fetchOk<Tokens>(`${here}/api/auth/login`, { method: 'POST', json: { identifier, password: secret } })

  expect(await runAdmin(system.dataDir, 'root', `${password}\n`)).toBe('root is an admin\n')

  const root = await logIn('root', password)
  const ben = await register(here, 'ben')
  const raised = await giveRole(root.access_token, ben.id, 'admin')
  const again = await logIn(ben.username, ben.password)
  await using socket = await openSession(there, again.access_token)
  const lowered = await giveRole(root.access_token, ben.id, 'user')
  const { code } = await socket.closedWithin(1_000)
  const late = () => call(`${here}/api/users/me`, { token: again.access_token })
  await eventually(async () => expect((await late()).status).toBe(401), { timeoutMs: 1_000 })
  const benAgain = await logIn(ben.username, ben.password)

  expect(raised).toMatchObject({ status: 200, body: { id: ben.id, username: ben.username, role: 'admin' } })
  expect(again.user.role).toBe('admin')
  expect(lowered).toMatchObject({ status: 200, body: { role: 'user' } })
  expect(code).toBe(4403)
  expect(await giveRole(benAgain.access_token, ben.id, 'admin')).toMatchObject({ status: 403 })
  expect(await giveRole(root.access_token, root.user.id, 'user')).toMatchObject({
    status: 409,
    body: { code: 'last_admin' },
  })
})
