import { readFileSync } from 'node:fs'
import { errors as natsErrors, type NatsConnection } from '@nats-io/nats-core'
import { connect, nkeyAuthenticator, type NodeConnectionOptions } from '@nats-io/transport-node'
import { inboxPrefix } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'
import { createRedial } from './redial.ts'
import { RpcError, unavailable } from './rpc-error.ts'

export interface Connection extends AsyncDisposable {
  nats: NatsConnection
  /** NATS gives a key the rights of its service, and no more: streams and consumers are made under another one. */
  isKnownByKey: boolean
  isConnected(): boolean
  /** Runs each time the connection is lost, before anything can come or go by the next one. */
  onLost(listener: () => void): void
  /** Runs after each time the connection was lost and found, until the function that it gives is called. */
  onReconnect(listener: () => void): () => void
  /** The reply to a message. Rejects with `unavailable` where nothing was done, with `timeout` where something may have been. */
  request(subject: string, payload: string, timeoutMs: number): Promise<string>
}

/** Where NATS is, and by what both sides know each other. */
export interface NatsServer {
  url: string
  /** With the seed of this side's nkey. */
  nkeyFile?: string
  /** With the certificate that vouches for the server; with it only TLS will do. */
  caFile?: string
}

export interface ConnectionOptions extends NatsServer {
  metrics?: Pick<Metrics, 'natsFound'>
  service: string
  instance: string
  log: Logger
}

/** Where packets are swallowed, the next dial may find a way that the one before has not. */
const DIAL_MS = 5_000

/** Connects to NATS, which must be there; from then on it reconnects for ever, and fails fast while it is cut off. */
export async function openConnection({
  service,
  instance,
  log,
  metrics,
  ...server
}: ConnectionOptions): Promise<Connection> {
  const nats = await connect({
    ...serverOptions(server),
    name: instance || service,
    inboxPrefix: inboxPrefix(service),
    maxReconnectAttempts: -1,
    ...createRedial(),
    timeout: DIAL_MS,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    // Its traces cost an Error with a stack for every request.
    noAsyncTraces: true,
  })
  const listeners = new Set<() => void>()
  const lostListeners: (() => void)[] = []
  const underWay = new Set<(err: RpcError) => void>()
  let connected = true
  metrics?.natsFound(true)

  const run = (listener: () => void): void => {
    try {
      listener()
    } catch (err) {
      log.error({ err }, 'what follows a break of the connection failed')
    }
  }
  const lost = (): void => {
    connected = false
    metrics?.natsFound(false)
    log.warn('NATS connection lost')
    for (const listener of lostListeners) run(listener)
    // A reply that was on its way is lost with the connection: nats.js would wait for it until the timeout (3.4).
    const err = new RpcError('timeout')
    for (const reject of underWay) reject(err)
    underWay.clear()
  }
  const found = (): void => {
    connected = true
    metrics?.natsFound(true)
    log.info('NATS connection found again')
    for (const listener of listeners) run(listener)
  }
  const watch = async (): Promise<void> => {
    for await (const status of nats.status()) {
      if (status.type === 'disconnect') lost()
      else if (status.type === 'reconnect') found()
      else if (status.type === 'error') log.error({ err: status.error }, 'NATS error')
    }
  }
  watch().catch((err: unknown) => log.error({ err }, 'NATS status ended'))

  return {
    nats,
    isKnownByKey: Boolean(server.nkeyFile),
    isConnected: () => connected,
    onLost: (listener) => void lostListeners.push(listener),
    onReconnect: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    request: (subject, payload, timeoutMs) => {
      if (!connected) return Promise.reject(unavailable())
      return new Promise((resolve, reject) => {
        underWay.add(reject)
        nats.request(subject, payload, { timeout: Math.max(1, timeoutMs) }).then(
          (reply) => {
            underWay.delete(reject)
            resolve(reply.string())
          },
          (err: unknown) => {
            underWay.delete(reject)
            reject(toRpcError(err))
          },
        )
      })
    },
    [Symbol.asyncDispose]: async () => {
      // A drain waits for answers of the server; one that is cut off never ends by itself.
      if (connected) await nats.drain().catch((err: unknown) => log.debug({ err }, 'NATS not drained'))
      await nats.close()
    },
  }
}

function serverOptions({ url, nkeyFile, caFile }: NatsServer): NodeConnectionOptions {
  return {
    servers: url.split(','),
    // Asked for at every connection: a new seed needs no restart.
    ...(nkeyFile && { authenticator: nkeyAuthenticator(() => seedIn(nkeyFile)) }),
    ...(caFile && { tls: { caFile } }),
  }
}

const seedIn = (file: string): Uint8Array => new TextEncoder().encode(readFileSync(file, 'utf8').trim())

function toRpcError(err: unknown): RpcError {
  const { NoRespondersError, RequestError, ClosedConnectionError, DrainingConnectionError } = natsErrors
  const isUnheard =
    err instanceof NoRespondersError ||
    (err instanceof RequestError && err.isNoResponders()) ||
    err instanceof ClosedConnectionError ||
    err instanceof DrainingConnectionError
  if (isUnheard) return unavailable(err)
  // Too large a payload, for one: refused here, and a retry would be refused again.
  if (err instanceof natsErrors.InvalidArgumentError) return new RpcError('internal', { cause: err })
  return new RpcError('timeout', { cause: err })
}
