import { randomUUID } from 'node:crypto'
import type { Conversation, Tokens } from '@parley/protocol'
import { startSystem } from '@parley/local-stack'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { runAdmin } from './client/admin.ts'
import { call, fetchOk } from './client/http.ts'
import { listConversations, register, type Person } from './client/people.ts'
import { cursorOf, openSession, type Socket } from './client/socket.ts'

const contents = (socket: Socket) =>
  socket.of('chat_message').map(({ message }) => (message as { content: string }).content)

/** A session whose replay tells of a conversation. */
async function resumeWith(
  gateway: string,
  { token }: Person,
  { cursor, id }: { cursor: string; id: number },
): Promise<Socket> {
  const socket = await openSession(gateway, token, cursor)
  if (socket.of('conversation_update').some(({ conversation }) => (conversation as { id: number }).id === id))
    return socket
  await socket[Symbol.asyncDispose]()
  throw new Error('the replay does not tell of the conversation')
}

test('S4: a person and staff talk live, both ways; who is an agent no more is out of it at once', async () => {
  await using system = await startSystem({ gateways: 2, env: { DRAIN_SECONDS: '0' } })
  const [here = '', there = ''] = system.gateways
  const logIn = async ({ username: identifier, password }: Person): Promise<string> =>
    (await fetchOk<Tokens>(`${there}/api/auth/login`, { method: 'POST', json: { identifier, password } }))
      .access_token
  const [root, ada, amy, ben] = [
    ...[await register(here, 'root'), await register(here, 'ada')],
    ...[await register(here, 'amy'), await register(here, 'ben')],
  ] as [Person, Person, Person, Person]
  await runAdmin(system.dataDir, root.username, 'no password is asked for')
  root.token = await logIn(root)
  const giveRole = ({ id }: Person, role: string) =>
    fetchOk(`${here}/api/users/${id}/role`, { method: 'PUT', token: root.token, json: { role } })
  await using ofAda = await openSession(here, ada.token)
  await using before = await openSession(there, amy.token)
  await giveRole(amy, 'agent')
  await giveRole(ben, 'agent')

  const opened = await call<Conversation>(`${here}/api/conversations`, {
    ...{ method: 'POST', token: ada.token, json: { kind: 'support', subject: 'A refund' } },
  })
  const { id } = opened.body
  const say = (socket: Socket, content: string) =>
    socket.ask({ type: 'chat_message', conversation_id: id, client_id: randomUUID(), content })
  await say(ofAda, 'Hello?')
  // A session of before the role: who is staff is not decided by the token.
  for (const agent of [amy, ben])
    await eventually(async () => expect(await listConversations(here, agent)).toMatchObject([{ id }]))
  await using ofAmy = await eventually(() => resumeWith(there, amy, { cursor: cursorOf(before), id }))
  await using ofBen = await openSession(here, ben.token)
  expect(contents(ofAmy)).toEqual(['Hello?'])
  await eventually(async () =>
    expect(await say(ofAmy, 'Good morning')).toMatchObject({ type: 'ack', seq: 2 }),
  )
  await say(ofBen, 'Ben here too')
  for (const socket of [ofAda, ofAmy]) await socket.waitFor('chat_message', ({ seq }) => seq === 3)
  const [listed] = await listConversations(there, ben)
  await giveRole(amy, 'user')
  const { code } = await ofAmy.closedWithin(2_000)
  const token = await logIn(amy)
  await using again = await openSession(there, token)
  await say(ofAda, 'Is Amy gone?')
  await ofBen.waitFor('chat_message', ({ seq }) => seq === 4)

  expect(opened).toMatchObject({ status: 201, body: { kind: 'support', title: 'A refund', state: 'open' } })
  expect(contents(ofAda)).toEqual(['Hello?', 'Good morning', 'Ben here too', 'Is Amy gone?'])
  expect(contents(ofBen)).toEqual(['Good morning', 'Ben here too', 'Is Amy gone?'])
  expect(contents(ofAmy)).toEqual(['Hello?', 'Good morning', 'Ben here too'])
  expect(listed).toMatchObject({ id, unread_count: 0 })
  expect(listed?.participants.map((card) => card.id).sort()).toEqual([ada.id, amy.id, ben.id].sort())
  expect(code).toBe(4403)
  await eventually(async () =>
    expect(await call(`${there}/api/conversations/${id}`, { token })).toMatchObject({ status: 404 }),
  )
  expect(await listConversations(there, { ...amy, token })).toEqual([])
  expect(await say(again, 'Let me in')).toMatchObject({ type: 'error', code: 'conversation_not_found' })
  expect(contents(again)).toEqual([])
})
