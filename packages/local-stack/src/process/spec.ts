/** A program to run, as data: what supervises it needs to know nothing else. */
export interface ProcessSpec {
  name: string
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  ids?: { uid: number; gid: number }
  logFile: string
  /** Asked again and again until true; a rejection counts as false. It must not take another process for this one. */
  isReady: (pid: number) => Promise<boolean>
  readyTimeoutMs: number
  stopSignal: NodeJS.Signals
  /** How long the stop signal may take before SIGKILL follows. */
  stopTimeoutMs: number
}
