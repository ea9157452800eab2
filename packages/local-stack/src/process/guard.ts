import { spawn } from 'node:child_process'
import { once } from 'node:events'

// Reads until its input closes, which the kernel does for a process that dies by whatever means.
const SCRIPT = `
trap '' INT TERM HUP
read answer
[ "$answer" = done ] && exit
kill -"$2" "$1" 2>/dev/null || exit
left=50
while [ "$left" -gt 0 ]; do kill -0 "$1" 2>/dev/null || exit; sleep 0.1; left=$((left - 1)); done
kill -KILL "$1" 2>/dev/null`

export interface Guard {
  /** Ends the guard and leaves the guarded process alone. */
  release(): void
}

/**
 * Stops `pid` when this process is gone, SIGKILL included: a shell in a session of its own waits on a pipe that only
 * this process holds. SIGKILL follows the signal after 5 s.
 */
export async function guard(pid: number, signal: NodeJS.Signals): Promise<Guard> {
  const args = ['-c', SCRIPT, 'guard', String(pid), signal.replace('SIG', '')]
  const shell = spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  await once(shell, 'spawn')
  shell.unref()
  // A guard that was itself killed makes the write fail; there is nothing left to release then.
  shell.stdin.on('error', () => {})
  return { release: () => void shell.stdin.end('done\n') }
}
