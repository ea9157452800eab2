import type { IncomingMessage } from 'node:http'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import { RpcError, type Logger, type Tracing } from '@parley/service-kit'
import { fastify, type FastifyInstance } from 'fastify'
import type { AddressOf } from '../access/client-address.ts'
import type { OriginRule } from '../access/origins.ts'
import { parseObject } from '../json.ts'
import { answerBrokenConnection, createFaultHandler } from './faults.ts'
import { sendProblem } from './problem.ts'
import { createRequestSpans } from './request-spans.ts'

export interface ServerOptions {
  log: Logger
  origins: OriginRule
  addressOf: AddressOf
  /** Whether a request becomes a socket; one that does not is answered as any other. */
  mayUpgrade: (req: IncomingMessage) => boolean
  mostConnections: number
  observe: (route: string, status: number, seconds: number) => void
  tracing: Tracing | undefined
}

const BODY_BYTES = 131_072
const HEADERS_MS = 5_000
const MOST_HEADERS = 100
const REQUEST_MS = 10_000
/** So long may take at the end what is under way: longer than any request takes that is whole. */
const CLOSE_MS = 6_000

/** Ends a server with what is under way. Node gives up no slow request any more once it closes: who sends half of one would keep it. */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS)
  await app.close().finally(() => clearTimeout(late))
}

/** Fastify with the rules that hold for every route: origins, security headers, JSON bodies, errors, one line of log. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, addressOf, mayUpgrade } = options
  const answerFault = createFaultHandler(log)
  const spans = createRequestSpans(options.tracing)
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    http: {
      headersTimeout: HEADERS_MS,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 1_000,
      shouldUpgradeCallback: (req) => {
        const isUpgrade = mayUpgrade(req)
        if (isUpgrade) spans.leaveOut(req)
        return isUpgrade
      },
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    genReqId: spans.begin,
    clientErrorHandler: answerBrokenConnection,
    frameworkErrors: (err, request, reply) => {
      spans.follow(request, reply)
      answerFault(err, request, reply)
    },
    return503OnClosing: false,
  })
  app.server.maxConnections = options.mostConnections
  app.setErrorHandler(answerFault)
  acceptJsonOnly(app)
  app.decorateRequest('address', '')
  app.addHook('onRequest', async (request, reply) => {
    spans.follow(request, reply)
    request.address = addressOf(request.raw)
    if (hasTooManyHeaders(request.raw))
      return sendProblem(reply.header('connection', 'close'), { code: 'payload_too_large' }, { status: 431 })
  })
  await addBrowserRules(app, options.origins)
  addRequestLog(app, options)
  return app
}

/** Where there are far more than any client sends, what they cost is not the bytes. */
export const hasTooManyHeaders = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.length > MOST_HEADERS * 2

function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    const text = body.toString()
    if (text === '') return done(null, undefined)
    const parsed = parseObject(text)
    if (parsed.ok) return done(null, parsed.value)
    done(new RpcError('invalid', { errors: [{ path: '', message: parsed.fault }] }))
  })
}

async function addBrowserRules(app: FastifyInstance, origins: OriginRule): Promise<void> {
  app.addHook('onRequest', async ({ headers }) => {
    if (!origins.accepts(headers.origin, headers.host)) throw new RpcError('forbidden')
  })
  await app.register(cors, {
    // Those that may not have been refused above.
    origin: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'traceparent'],
    exposedHeaders: ['retry-after'],
    maxAge: 600,
    strictPreflight: false,
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // The reference page sets styles from its script.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'https:', 'http:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Pictures and messages are shared with pages of other origins, by the rule of origins.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  })
}

/** The route and never the address: an address may hold what a client put there by mistake. */
function addRequestLog(app: FastifyInstance, { log, observe }: ServerOptions): void {
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode: status, elapsedTime } = reply
    const route = request.routeOptions.url ?? 'none'
    observe(route, status, elapsedTime / 1_000)
    const line = { method: request.method, route, status, ms: Math.round(elapsedTime), trace_id: request.id }
    // Who asks for health asks often, and is told what is missing.
    if (route === '/healthz') log.debug(line, 'request')
    else if (status >= 500) log.warn(line, 'request')
    else if (status >= 400) log.info(line, 'request')
    else log.debug(line, 'request')
  })
}
