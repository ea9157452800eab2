import { execFileSync } from 'node:child_process'
import { appendFile, chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (program: string, ...args: string[]): void =>
  void execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })

export interface PowerlessDisk extends AsyncDisposable {
  dir: string
  /** What had not reached the disk by now is gone; the rest is there again at the same place. */
  losePower(): Promise<void>
}

/** A disk in a file, which can be had as it was at one moment: without what was only in memory then. */
export async function powerlessDisk(megabytes: number): Promise<PowerlessDisk> {
  // Nothing is written back by itself while the test lasts.
  const { dir, image, mount } = await openDisk(megabytes, 'loop,commit=600')
  return {
    dir,
    losePower: async () => {
      run('cp', '--sparse=always', image, `${image}.then`)
      run('umount', dir)
      await mount(`${image}.then`)
    },
    [Symbol.asyncDispose]: async () => {
      await unmount(dir)
      for (const file of [image, `${image}.then`]) await rm(file, { force: true })
    },
  }
}

const TRIED_MEGABYTES = 1

/** Of a full disk the last bytes are written: how many blocks a file that large needs besides is not known before. */
const WRITTEN_BYTES = 16_777_216

function ignoreFull(err: NodeJS.ErrnoException): void {
  if (err.code !== 'ENOSPC') throw err
}

export interface Disk extends AsyncDisposable {
  dir: string
  /** No byte is free, until the function that it gives is called. */
  fill(): Promise<() => Promise<void>>
}

/** A disk of its own in a file, which takes no more of this machine's than is written. */
export async function mountDisk(megabytes: number): Promise<Disk> {
  const { dir, image } = await openDisk(megabytes, 'loop')
  const filler = join(dir, 'filler')
  return {
    dir,
    fill: async () => {
      const { bavail, bsize } = await statfs(dir)
      run('fallocate', '--length', String(bavail * bsize - WRITTEN_BYTES), filler)
      await appendFile(filler, Buffer.alloc(2 * WRITTEN_BYTES)).catch(ignoreFull)
      return () => rm(filler)
    },
    [Symbol.asyncDispose]: async () => {
      await unmount(dir)
      await rm(image)
    },
  }
}

async function openDisk(megabytes: number, options: string) {
  const dir = await mountPoint()
  const image = `${dir}.image`
  const mount = async (file: string): Promise<void> => {
    run('mount', '-o', options, file, dir)
    await chmod(dir, 0o711)
  }
  try {
    run('truncate', '--size', `${megabytes}M`, image)
    // Without blocks that are kept for root, as whom a server may run here.
    run('mkfs.ext4', '-q', '-m', '0', image)
    await mount(image)
    return { dir, image, mount }
  } catch (err) {
    for (const left of [dir, image]) await rm(left, { recursive: true, force: true })
    throw err
  }
}

/** Whether this process may mount file systems: root on Linux may, where nothing forbids it. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && (await tryMount())

async function tryMount(): Promise<boolean> {
  try {
    const { dir, image } = await openDisk(TRIED_MEGABYTES, 'loop')
    await unmount(dir)
    await rm(image)
    return true
  } catch (err) {
    process.stdout.write(`tests that mount a disk are skipped: ${(err as Error).message}\n`)
    return false
  }
}

function mountPoint(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'parley-disk-'))
}

async function unmount(dir: string): Promise<void> {
  run('umount', '--lazy', dir)
  await rm(dir, { recursive: true, force: true })
}
