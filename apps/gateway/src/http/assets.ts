import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A content that is served as it is. */
export interface Asset {
  type: string
  plain: Buffer
  zipped: Buffer
}

/** For what has the hash of its content in its name. */
export const FOR_EVER = 'public, max-age=31536000, immutable'

const zip = promisify(gzip)

export async function pack(type: string, content: string | Buffer): Promise<Asset> {
  const plain = Buffer.from(content)
  return { type, plain, zipped: await zip(plain) }
}

export function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { type, plain, zipped }: Asset,
): FastifyReply {
  reply.header('content-type', type).header('vary', 'Accept-Encoding, Origin')
  const takesZipped = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))
  return takesZipped ? reply.header('content-encoding', 'gzip').send(zipped) : reply.send(plain)
}

/** A failure is not kept: the next call tries again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () =>
    (made ??= make().catch((err: unknown) => {
      made = undefined
      throw err
    }))
}
