import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { pinImages } from '../../infra/pin-images.ts'
import { jobsOf, servicesOf, workloadsOf } from '../../infra/pods.ts'
import { overlaysOf, renderOverlay } from '../../infra/render.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`
const built = Object.fromEntries(
  ['auth', 'matching', 'messaging', 'gateway'].map((app, index) => [
    app,
    { 'containerimage.digest': digestOf(String(index)) },
  ]),
)

test('an overlay whose images are pinned runs every service and every migration by its digest', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'parley-pinned-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  cpSync(join(root, 'infra'), join(copy, 'infra'), { recursive: true })
  const file = join(copy, 'infra/overlays/prod/kustomization.yaml')
  writeFileSync(file, pinImages(readFileSync(file, 'utf8'), built))

  const objects = await renderOverlay(copy, 'prod')

  for (const { name, pod } of [...servicesOf(objects), ...jobsOf(objects)]) {
    const app = name.replace('migrate-', '')
    const digest = built[app]!['containerimage.digest']
    expect(pod.containers[0].image).toBe(`registry.example.com/parley/${app}@${digest}`)
  }
})

test('a build that does not name all of them pins nothing', () => {
  const overlay = readFileSync(join(root, 'infra/overlays/prod/kustomization.yaml'), 'utf8')

  expect(() => pinImages(overlay, { ...built, auth: {} })).toThrow('no digest of auth')
  expect(() => pinImages('resources: []', built)).toThrow('no list of images')
})

/** By digest or full version; a version of Postgres has two numbers, and its images the time of their making. */
const isFixed = (image: string): boolean =>
  /(:\d+\.\d+(\.\d+|-\d{12})[^:/]*|@sha256:[0-9a-f]{64})$/.test(image)

test('where people are, no image goes by a tag that is moved', async () => {
  for (const overlay of overlaysOf(root).filter((one) => one !== 'dev')) {
    const objects = await renderOverlay(root, overlay)
    const pods = workloadsOf(objects).flatMap(({ pod }) => [...pod.containers, ...(pod.initContainers ?? [])])
    const clusters = objects.filter(({ kind }) => kind === 'Cluster')
    const images = [
      ...pods.map(({ image }) => image),
      ...clusters.map(({ spec }) => (spec as { imageName: string }).imageName),
    ]

    expect(clusters).toHaveLength(1)
    expect(images.filter((image) => !isFixed(image))).toEqual([])
  }
}, 60_000)
