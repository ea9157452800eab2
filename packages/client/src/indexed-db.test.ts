import { IDBFactory } from 'fake-indexeddb'
import { expect, test } from 'vitest'
import { ada } from '../test/scripted-gateway.ts'
import { conversation, frameOf, message, stateWorld } from '../test/state-world.ts'
import { live, room, until } from '../test/world.ts'
import { type Databases, indexedDbStorage } from './indexed-db.ts'

type Fake = Databases & { deleteDatabase: (name: string) => EventTarget }
const databases = () => new IDBFactory() as unknown as Fake

test('values are kept for whoever opens the database of that name', async () => {
  const indexedDB = databases()
  const storage = indexedDbStorage({ indexedDB })

  await storage.set('a', { n: 1 })
  await storage.set('b', [2])
  await storage.delete('b')

  const later = indexedDbStorage({ indexedDB })
  expect(await later.get('a')).toEqual({ n: 1 })
  expect(await later.get('b')).toBeUndefined()
  expect(await indexedDbStorage({ indexedDB, name: 'ben' }).get('a')).toBeUndefined()
})

test('what is written together is written as a whole or not at all', async () => {
  const storage = indexedDbStorage({ indexedDB: databases() })
  await storage.set('a', 1)

  await expect(storage.write?.({ a: 2, b: () => {} })).rejects.toThrow()
  expect([await storage.get('a'), await storage.get('b')]).toEqual([1, undefined])
  await storage.write?.({ a: undefined, b: 2 })

  expect([await storage.get('a'), await storage.get('b')]).toEqual([undefined, 2])
})

test('it goes on after the database was deleted, and does not keep others from deleting it', async () => {
  const indexedDB = databases()
  const storage = indexedDbStorage({ indexedDB })
  await storage.set('a', 1)

  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase('parley')
    request.addEventListener('success', () => resolve())
    request.addEventListener('blocked', () => reject(new Error('blocked')))
  })
  await storage.set('b', 2)

  expect([await storage.get('a'), await storage.get('b')]).toEqual([undefined, 2])
})

test('where there is no database every use says so', async () => {
  await expect(indexedDbStorage().get('a')).rejects.toThrow('no indexedDB')
})

test('after a reload without a connection the list, the last page and what was not sent are there', async () => {
  const indexedDB = databases()
  {
    await using w = await stateWorld({ storage: indexedDbStorage({ indexedDB }) })
    w.messages = [message(1)]
    w.conversations.set(room, conversation({ last_seq: 1, title: 'us', kind: 'group' }))
    const peer = await live(w)
    await w.state.conversations.load()
    w.state.conversation(room).open()
    peer.ack(await peer.take('attach'), { rev: 1 })
    await until('the page', () => w.state.conversation(room).messages.get().length === 1)
    peer.send(frameOf(message(2)), { type: 'caught_up', cursor: 'c2' })
    await until('the cursor', () => w.heard.length === 3)
    w.client.send(room, 'not sent')
    void w.state.conversation(room).edit({ id: 256, client_id: null }, 'changed')
    await w.client.close()
  }

  await using later = await stateWorld({ storage: indexedDbStorage({ indexedDB }) })
  await later.gateway[Symbol.asyncDispose]()
  const shown = later.state.conversation(room)
  shown.open()
  const connected = later.client.connect()
  connected.catch(() => {})
  await until('what was kept', () => shown.messages.get().length === 3)

  expect(later.client.user.get()?.id).toBe(ada.id)
  expect(later.state.conversations.get()).toMatchObject([{ id: room, title: 'us', last_seq: 2 }])
  expect(shown.messages.get()).toMatchObject([
    { content: 'changed', is_pending: true },
    { content: 'message 2', state: 'stored' },
    { content: 'not sent', state: 'sending' },
  ])
})

test('a cursor is stored with what it stands for, in one transaction', async () => {
  const writes: string[][] = []
  const storage = indexedDbStorage({ indexedDB: databases() })
  const watched = {
    ...storage,
    write: async (values: Readonly<Record<string, unknown>>) => {
      writes.push(Object.keys(values))
      await storage.write?.(values)
    },
  }
  await using w = await stateWorld({ storage: watched })

  await live(w)
  await w.client.close()

  expect(writes.filter((keys) => keys.includes('cursor'))).toEqual([['state', 'cursor']])
  expect(await storage.get('cursor')).toBe('c1')
})
