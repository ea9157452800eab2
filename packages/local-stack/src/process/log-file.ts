import { open, rename, stat } from 'node:fs/promises'

const TAIL_BYTES = 4_096
const LINE_CHARS = 400
const ROTATE_BYTES = 10 * 1024 * 1024

// What PostgreSQL, nats-server and Node write before the line that tells why.
const GRAVE = /FATAL|PANIC|\[FTL\]|Error:/

/** The line of a log that tells best why a program ended: its last word to people, before what it logs for machines. */
export async function lastLine(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return 'its log cannot be read'
  try {
    const { size } = await file.stat()
    const position = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(TAIL_BYTES), position })
    const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n')
    const spoken = lines.filter((text) => text && !text.startsWith('{'))
    const line = spoken.findLast((text) => GRAVE.test(text)) ?? spoken.at(-1) ?? lines.at(-1)
    return line?.slice(0, LINE_CHARS) || 'nothing in its log'
  } finally {
    await file.close()
  }
}

/** Puts a large log aside as `<path>.1`, in place of the one put aside before. */
export async function rotate(path: string): Promise<void> {
  // No log yet is the usual case of a first start.
  const found = await stat(path).catch(() => undefined)
  if (found && found.size > ROTATE_BYTES) await rename(path, `${path}.1`)
}
