import { errors as natsErrors, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { RpcError, unavailable } from './rpc-error.ts'

export interface Connection extends AsyncDisposable {
  nats: NatsConnection
  isConnected(): boolean
  /** Runs after each time the connection was lost and found, until the function that it gives is called. */
  onReconnect(listener: () => void): () => void
  /** The reply to a message. Rejects with `unavailable` where nothing was done, with `timeout` where something may have been. */
  request(subject: string, payload: string, timeoutMs: number): Promise<string>
}

export interface ConnectionOptions {
  service: string
  instance: string
  url: string
  log: Logger
}

/** Connects to NATS, which must be there; from then on it reconnects for ever, and fails fast while it is cut off. */
export async function openConnection({
  service,
  instance,
  url,
  log,
}: ConnectionOptions): Promise<Connection> {
  const nats = await connect({
    servers: url.split(','),
    name: instance || service,
    inboxPrefix: `_INBOX_${service}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    // Its traces cost an Error with a stack for every request.
    noAsyncTraces: true,
  })
  const listeners = new Set<() => void>()
  const underWay = new Set<(err: RpcError) => void>()
  let connected = true

  const lost = (): void => {
    connected = false
    log.warn('NATS connection lost')
    // A reply that was on its way is lost with the connection: nats.js would wait for it until the timeout (3.4).
    const err = new RpcError('timeout')
    for (const reject of underWay) reject(err)
    underWay.clear()
  }
  const found = (): void => {
    connected = true
    log.info('NATS connection found again')
    for (const listener of listeners) {
      try {
        listener()
      } catch (err) {
        log.error({ err }, 'what follows a reconnect failed')
      }
    }
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
    isConnected: () => connected,
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
