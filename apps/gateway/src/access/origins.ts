import { isIP } from 'node:net'

export interface OriginRule {
  /** Whether a browser page of this origin may call. No `Origin` header: not a browser, accepted. */
  accepts(origin: string | undefined, hostHeader: string | undefined): boolean
}

export interface OriginOptions {
  allowed: readonly string[]
  /** What the gateway listens on. */
  host: string
}

const localPage = /^http:\/\/(localhost|127\.0\.0\.1)(:[0-9]{1,5})?$/

/** Origins are compared whole: scheme, host and port. */
export function createOriginRule({ allowed, host }: OriginOptions): OriginRule {
  const list = new Set(allowed)
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  return {
    accepts: (origin, hostHeader) => {
      if (origin === undefined || list.has(origin)) return true
      if (isLoopback && localPage.test(origin)) return true
      return hostHeader !== undefined && isOwn(origin, hostHeader)
    },
  }
}

/**
 * The page came from the address that it calls. Only for an address in figures: a name can be pointed at this machine by
 * whoever owns it (DNS rebinding), so names are listed in ALLOWED_ORIGINS.
 */
function isOwn(origin: string, hostHeader: string): boolean {
  if (origin !== `http://${hostHeader}` && origin !== `https://${hostHeader}`) return false
  const hostname = URL.parse(origin)?.hostname ?? ''
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}
