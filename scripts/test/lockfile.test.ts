import { expect, test } from 'vitest'
import { floorFaults } from '../check/lockfile.ts'

const lockfile = (...locked: string[]): string =>
  [
    'importers:',
    '',
    'packages:',
    '',
    ...locked.flatMap((name) => [`  ${name}:`, '    resolution: {}', '']),
    'snapshots:',
    '',
  ].join('\n')
const floors = { ws: { least: '8.21.0', because: 'tiny fragments' } }

test('a package at its floor or above is accepted', () => {
  expect(floorFaults(lockfile('ws@8.21.0', 'ws@9.0.0'), floors)).toEqual([])
})

test('any locked version below the floor is named', () => {
  expect(floorFaults(lockfile('ws@8.9.1', 'ws@8.23.0'), floors)).toEqual([
    'ws 8.9.1 is below 8.21.0 (tiny fragments)',
  ])
})

test('a prerelease of the floor is below it', () => {
  expect(floorFaults(lockfile('ws@8.21.0-beta.1'), floors)).toHaveLength(1)
})

test('a floor under a scoped name finds it', () => {
  const scoped = { '@fastify/websocket': { least: '7.1.1', because: 'a crash' } }
  expect(floorFaults(lockfile(`'@fastify/websocket@7.1.0'`), scoped)).toHaveLength(1)
})

test('a floor for what is not locked is a fault, because it guards nothing', () => {
  expect(floorFaults(lockfile('zod@4.6.7'), floors)).toEqual([
    'ws has a version floor and is not in pnpm-lock.yaml',
  ])
})
