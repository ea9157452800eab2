import { rpcs, type AnyRpc, type Caller, type HttpRoute } from '@parley/protocol'
import { refusal, RpcError, unavailable } from '@parley/service-kit'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { RequestLimiter } from '../access/request-limits.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Forward } from '../forward.ts'
import type { JsonObject } from '../json.ts'
import { createReadInput, hideBadPathId, type HttpInput } from './input.ts'
import { sendProblem } from './problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined
    address: string
  }
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export interface RpcRouteOptions {
  tokens: Tokens
  forward: Forward
  limiter: RequestLimiter
}

/** A route for each RPC of the catalog that has one, and 405 for the other methods of the same path. */
export function addRpcRoutes(app: FastifyInstance, options: RpcRouteOptions): void {
  app.decorateRequest('caller', undefined)
  const known = new Map<string, string[]>()
  for (const rpc of rpcs) {
    if (!rpc.http) continue
    addRoute(app, { rpc, http: rpc.http, ...options })
    known.set(rpc.http.path, [...(known.get(rpc.http.path) ?? []), rpc.http.method])
  }
  for (const [path, allowed] of known) refuseOthers(app, path, allowed)
}

interface RouteOptions extends RpcRouteOptions {
  rpc: AnyRpc
  http: HttpRoute<never>
}

function addRoute(app: FastifyInstance, { rpc, http, tokens, forward, limiter }: RouteOptions): void {
  const readInput = createReadInput(rpc)
  const answer = answerOf(http)
  app.route({
    method: http.method,
    url: fastifyPath(http.path),
    // Before the body is read: who may not call need not be listened to.
    onRequest: async (request) => {
      const { address } = request
      if (rpc.access === 'anyone') return limiter.count(rpc, { address })
      request.caller = await callerOf(request, tokens).catch(async (err: unknown) => {
        // Whose token is no good is one of those that come from there.
        await limiter.count(rpc, { address })
        throw err
      })
      await limiter.count(rpc, { address, caller: request.caller })
      const refused = refusal(rpc, request.caller)
      if (refused) throw new RpcError(refused)
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const input = readInput(request as HttpInput)
      if (http.whileAwaited && (await hasGone(request))) throw unavailable()
      const { json } = await forward(rpc, {
        caller: request.caller,
        client: clientOf(request),
        traceId: request.id,
        input,
      }).catch((err: unknown) => {
        throw err instanceof RpcError ? hideBadPathId(rpc, input, err) : err
      })
      return answer(reply, json)
    },
  })
}

async function callerOf({ headers }: FastifyRequest, tokens: Tokens): Promise<Caller | undefined> {
  const [scheme = '', token] = (headers.authorization ?? '').split(' ')
  if (scheme.toLowerCase() !== 'bearer' || !token) return undefined
  return (await tokens.verify(token)).caller
}

/** What was held on its way comes with the end of its connection, or a moment before. */
const HANGS_UP_MS = 20

/** Whether who asks has hung up behind the request. */
async function hasGone({ raw: { socket } }: FastifyRequest): Promise<boolean> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      socket.off('end', done).off('close', done)
      resolve()
    }
    const timer = setTimeout(done, HANGS_UP_MS)
    socket.on('end', done).on('close', done)
  })
  return socket.readableEnded || socket.destroyed
}

const MOST_DEVICE_CHARS = 256

function clientOf({ address, headers }: FastifyRequest) {
  const device = headers['user-agent']?.slice(0, MOST_DEVICE_CHARS)
  const { origin } = headers
  return { address, ...(device !== undefined && { device }), ...(origin !== undefined && { origin }) }
}

type Answer = (reply: FastifyReply, json: string) => FastifyReply

/** How an output becomes a response. It is parsed only where a part of it decides. */
function answerOf({ status = 200, body, repeated }: HttpRoute<never>): Answer {
  if (status === 204) return (reply) => reply.code(204).send()
  return (reply, json) => {
    reply.header('content-type', 'application/json; charset=utf-8')
    if (body === undefined && repeated === undefined) return reply.code(status).send(json)
    const output = JSON.parse(json) as JsonObject
    reply.code(repeated !== undefined && output[repeated] === true ? 200 : status)
    return reply.send(body === undefined ? json : JSON.stringify(output[body]))
  }
}

function refuseOthers(app: FastifyInstance, path: string, allowed: string[]): void {
  const refused: HTTPMethods[] = methods.filter((method) => !allowed.includes(method))
  if (!allowed.includes('GET')) refused.push('HEAD')
  app.route({
    method: refused,
    exposeHeadRoute: false,
    url: fastifyPath(path),
    onRequest: async (_, reply) =>
      sendProblem(reply.header('allow', allowed.join(', ')), { code: 'method_not_allowed' }),
    handler: async () => undefined,
  })
}

const fastifyPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')
