/** A program to run, as data: what supervises it needs to know nothing else. */
export interface ProcessSpec {
  name: string
  file: string
  args: string[]
  cwd: string
  env: NodeJS.ProcessEnv
  ids?: { uid: number; gid: number }
  logFile: string
  /** Before each start: resolves once nothing of a process that was killed is in the way. */
  untilFree?: () => Promise<void>
  /** Rejects with what is missing until the process can be used. It must not take another process for this one. */
  checkReady: (pid: number) => Promise<void>
  stopSignal: NodeJS.Signals
  /** How long the stop signal may take before SIGKILL follows. */
  stopTimeoutMs: number
  /** What it gets when its starter died without stopping it; SIGKILL follows after 5 s. */
  orphanSignal: NodeJS.Signals
}
