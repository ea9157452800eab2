import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Random } from '../random.ts'
import { Flow, type Weather } from './flow.ts'

/** The two ways of a connection, as who opened it sees them. */
export interface Weathers {
  there?: Weather
  back?: Weather
}

export type Bearing = keyof Weathers

export interface ProxyOptions {
  /** Port of this machine, for each connection. */
  target: number | (() => number)
  random: Random
  /** Who connects, once the bytes that they have said so far tell. */
  nameOf: (bytes: Buffer) => string | undefined
  /** A filter for what comes back on one connection. */
  filterBack?: () => (bytes: Buffer) => readonly Buffer[]
}

/** Is shown what passes before it does; where it answers true nothing passes any more on that connection. */
export type Watcher = (piece: {
  name: string
  bearing: Bearing
  bytes: Buffer
  connection: object
}) => boolean

export interface Proxy extends AsyncDisposable {
  port: number
  /** Those who are connected now. */
  names(): string[]
  /** For connections of those named, now and later, until the function that it gives is called. */
  bring(weathers: Weathers, isMeant?: (name: string) => boolean): () => void
  /** Breaks connections, each in the midst of what comes next. */
  breakNext(isMeant?: (name: string) => boolean): void
  /** Breaks connections now. */
  breakNow(isMeant?: (name: string) => boolean): void
  /** Until the function that it gives is called, which breaks the connections that were stopped. */
  watch(watcher: Watcher): () => void
}

interface Connection {
  name: string
  near: Socket
  far: Socket
  there: Flow
  back: Flow
  isStopped: boolean
}

const everybody = (): boolean => true
const CUT: Weathers = { there: { isCut: true }, back: { isCut: true } }

/** A way to a server of this machine that can be made as bad as a network can be. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { target, random, nameOf, filterBack } = options
  const open = new Set<Connection>()
  const spells = new Set<{ weathers: Weathers; isMeant: (name: string) => boolean }>()
  let watcher: Watcher | undefined

  const expose = (connection: Connection): void => {
    const spell = [...spells].findLast(({ isMeant }) => isMeant(connection.name))
    const { there = {}, back = {} } = connection.isStopped ? CUT : (spell?.weathers ?? {})
    connection.there.weather = there
    connection.back.weather = back
  }
  const shown = (connection: Connection, bearing: Bearing, bytes: Buffer): readonly Buffer[] => {
    if (watcher?.({ name: connection.name, bearing, bytes, connection })) {
      connection.isStopped = true
      expose(connection)
    }
    return [bytes]
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const port = typeof target === 'number' ? target : target()
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const chance = random.next
    const filter = filterBack?.()
    const there = new Flow({ from: near, to: far, chance, filter: (bytes) => said(connection, bytes) })
    const back = new Flow({
      ...{ from: far, to: near, chance },
      filter: (bytes) => (filter?.(bytes) ?? [bytes]).flatMap((one) => shown(connection, 'back', one)),
    })
    const connection: Connection = { name: '', near, far, there, back, isStopped: false }
    open.add(connection)
    near.on('close', () => far.destroyed && open.delete(connection))
    far.on('close', () => near.destroyed && open.delete(connection))
  })
  const said = (connection: Connection, bytes: Buffer): readonly Buffer[] => {
    if (connection.name === '') {
      connection.name = nameOf(bytes) ?? ''
      if (connection.name !== '') expose(connection)
    }
    return shown(connection, 'there', bytes)
  }
  const meant = (isMeant: (name: string) => boolean): Connection[] =>
    [...open].filter(({ name }) => isMeant(name))
  const destroy = ({ near, far }: Connection): void => {
    near.destroy()
    far.destroy()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    names: () => [...new Set([...open].map(({ name }) => name))],
    bring: (weathers, isMeant = everybody) => {
      const spell = { weathers, isMeant }
      spells.add(spell)
      for (const connection of meant(isMeant)) expose(connection)
      return () => {
        spells.delete(spell)
        for (const connection of meant(isMeant)) expose(connection)
      }
    },
    breakNext: (isMeant = everybody) => {
      for (const { there, back } of meant(isMeant)) {
        there.breakNext()
        back.breakNext()
      }
    },
    breakNow: (isMeant = everybody) => meant(isMeant).forEach(destroy),
    watch: (next) => {
      watcher = next
      return () => {
        watcher = undefined
        for (const connection of open) if (connection.isStopped) destroy(connection)
      }
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      for (const connection of open) destroy(connection)
      await once(server, 'close')
    },
  }
}
