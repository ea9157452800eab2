import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { dataPlace } from './data-place.ts'
import { readLauncherSettings } from './launcher/settings.ts'
import { type SystemState, readState } from './launcher/state-file.ts'
import { freePorts } from './process/free-port.ts'
import { systemUrls, type SystemUrls } from './running-system.ts'

export interface SystemOptions {
  gateways?: number
  /** Settings beyond those chosen here, such as DRAIN_SECONDS. */
  env?: Record<string, string>
  /** Data that outlive the system; without it a directory that goes with it. */
  dataDir?: string
}

export interface System extends SystemUrls, AsyncDisposable {
  dataDir: string
  launcher: ChildProcess
  /** What the launcher has printed so far. */
  output(): string
  state(): Promise<SystemState>
  /** Signals one process of the system by its name. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>
  /** Asks for an orderly stop and gives the launcher's exit code, null when a signal ended it. */
  stop(): Promise<number | null>
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const LAUNCHER = fileURLToPath(new URL(`launcher/main.${extension}`, import.meta.url))

/** A whole Parley as processes of this machine, on free ports; the services must have been built. */
export function startSystem(options: SystemOptions = {}): Promise<System> {
  return startSystemWith(LAUNCHER, options)
}

/** Resolves once every gateway would carry a message; rejects with what the launcher said. */
export async function startSystemWith(script: string, options: SystemOptions): Promise<System> {
  const gateways = options.gateways ?? 1
  const ports = await freePorts(gateways)
  const place = await dataPlace('system', options.dataDir)
  const { dataDir } = place
  const env = {
    ...process.env,
    DATABASE_URL: '',
    NATS_URL: '',
    HOST: '',
    ...options.env,
    DATA_DIR: dataDir,
    PORT: String(ports[0]),
    GATEWAYS: String(gateways),
  }
  // Over the channel it says that it is ready, and notices when this process is gone.
  const launcher = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const exited = once(launcher, 'exit').then(([code]) => code as number | null)
  const output = collect(launcher)
  const ready = await Promise.race([once(launcher, 'message').then(() => true), exited.then(() => false)])
  if (!ready) {
    await place.release()
    throw new Error(`the system did not start: ${output()}`)
  }
  const state = async () => {
    const found = await readState(dataDir)
    if (!found) throw new Error(`no system runs on ${dataDir}`)
    return found
  }
  const stop = async () => {
    launcher.kill('SIGTERM')
    const code = await exited
    await place.release()
    return code
  }
  return {
    ...systemUrls(await state(), readLauncherSettings(env)),
    dataDir,
    launcher,
    output,
    state,
    stop,
    async kill(name, signal = 'SIGKILL') {
      const found = (await state()).processes.find((one) => one.name === name)
      if (!found) throw new Error(`there is no process ${name}`)
      process.kill(found.pid, signal)
    },
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

function collect(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  return () => output
}
