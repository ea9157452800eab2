import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** One part of the check: answers with what is wrong, or with an empty text. */
export interface Step {
  name: string
  run: () => Promise<string>
}

export interface CommandResult {
  code: number
  output: string
}

/** Runs a tool of the root's node_modules, or Node itself. */
export function runTool(root: string, tool: string, args: readonly string[]): Promise<CommandResult> {
  const file = tool === 'node' ? process.execPath : join(root, 'node_modules', '.bin', tool)
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}

/** A step that is a command; what it prints is shown when it fails. */
export function command(root: string, name: string, [tool = '', ...args]: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const { code, output } = await runTool(root, tool, args)
      return code === 0 ? '' : output.trim() || `${tool} ended with code ${code}`
    },
  }
}
