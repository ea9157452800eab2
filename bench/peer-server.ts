import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A server that ours is compared with, as a process of its own. */
export interface PeerServer extends AsyncDisposable {
  port: number
  pid: number
}

/** Starts a script of this folder that prints its port. */
export async function startPeer(script: string, env: Record<string, string> = {}): Promise<PeerServer> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
    env: { ...process.env, ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => {
    throw new Error(`${script} ended with ${String(code)} before it said its port`)
  })
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer]
  const port = Number(String(line))
  if (!port || child.pid === undefined) throw new Error(`${script} did not start: ${String(line)}`)
  return {
    port,
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await exited
    },
  }
}
