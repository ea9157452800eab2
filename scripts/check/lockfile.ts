import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { versionFloors } from './version-floors.ts'

/** A lockfile that works with any registry: no addresses in it, and nothing below a version floor. */
export function lockfileFaults(root: string): string[] {
  const pnpm = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const npm = readFileSync(join(root, 'tools/toolchain/package-lock.json'), 'utf8')
  return [
    ...addressFaults('pnpm-lock.yaml', pnpm, /https?:\/\/|tarball:/),
    ...addressFaults('tools/toolchain/package-lock.json', npm, /"resolved":/),
    ...floorFaults(pnpm),
  ]
}

function addressFaults(file: string, text: string, address: RegExp): string[] {
  return text
    .split('\n')
    .flatMap((line, i) => (address.test(line) ? [`${file}:${i + 1}: holds an address: ${line.trim()}`] : []))
}

/** A floor for a package that is not locked is a fault too: it would guard nothing. */
export function floorFaults(lockfile: string, floors = versionFloors): string[] {
  const versions = lockedVersions(lockfile)
  return Object.entries(floors).flatMap(([name, { least, because }]) => {
    const locked = versions.get(name)
    if (!locked) return [`${name} has a version floor and is not in pnpm-lock.yaml`]
    return locked
      .filter((version) => isBelow(version, least))
      .map((version) => `${name} ${version} is below ${least} (${because})`)
  })
}

/** Every version of every package under the lockfile's `packages:`. */
function lockedVersions(lockfile: string): Map<string, string[]> {
  const packages = lockfile.slice(lockfile.indexOf('\npackages:'), lockfile.indexOf('\nsnapshots:'))
  const versions = new Map<string, string[]>()
  for (const [, name = '', version = ''] of packages.matchAll(/^ {2}'?(@?[^@'\s]+)@([^:'(]+)'?:$/gm)) {
    versions.set(name, [...(versions.get(name) ?? []), version])
  }
  return versions
}

function isBelow(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => text.split('-')[0]?.split('.').map(Number) ?? [])
  for (const [i, part] of (need ?? []).entries()) {
    const difference = (have?.[i] ?? 0) - part
    if (difference !== 0) return difference < 0
  }
  // A prerelease of the least version comes before it.
  return version.includes('-')
}
