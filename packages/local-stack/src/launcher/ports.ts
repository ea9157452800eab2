import { assertPortFree } from '../process/free-port.ts'
import type { LauncherSettings } from './settings.ts'

/** Refuses ports that somebody else has before anything is started. */
export async function assertGatewayPortsFree({ host, ports }: LauncherSettings): Promise<void> {
  for (const port of ports) {
    try {
      await assertPortFree(port, host)
    } catch (err) {
      throw new Error(explain(err as NodeJS.ErrnoException, host, port), { cause: err })
    }
  }
}

function explain({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken: stop what uses it, or set another PORT`
  if (code === 'EACCES') return `port ${port} on ${host} is not allowed to this user: set another PORT`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is no address of this machine`
  return message
}
