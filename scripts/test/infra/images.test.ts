import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DCLinter } from 'dclint'
import { validate } from 'dockerfile-utils'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadApps } from '../../docs/apps.ts'
import { dockerfileText, imagesOf } from '../../infra/images.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const SERVICES = ['auth', 'gateway', 'matching', 'messaging']
/** Of the language server protocol. */
const ERROR = 1
const images = imagesOf(root)
const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('the Dockerfile is well formed and makes an image of each service', () => {
  expect(validate(dockerfileText(root)).filter(({ severity }) => severity === ERROR)).toEqual([])
  expect(Object.keys(images).toSorted()).toEqual(SERVICES)
})

test('an image runs what npm start runs, as nobody in particular, with nothing that builds', () => {
  const launcher = read('packages/local-stack/src/launcher/services.ts')
  for (const [name, { base, user, workdir, entrypoint }] of Object.entries(images)) {
    const { start } = (JSON.parse(read(`apps/${name}/package.json`)) as { scripts: { start: string } })
      .scripts
    expect(entrypoint).toEqual(['/nodejs/bin/node', ...start.split(' ').slice(1)])
    for (const flag of entrypoint.filter((word) => word.startsWith('--')))
      expect(launcher).toContain(`'${flag}'`)
    expect(Number(user.split(':')[0])).toBeGreaterThan(0)
    expect(workdir).toBe('/app')
    // It has Node and no shell, no npm.
    expect(base).toMatch(/^gcr\.io\/distroless\/nodejs24-/)
  }
})

test('the tools that build an image are those of the project', () => {
  const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string }
  const turbo = /^ {2}turbo: (.+)$/m.exec(read('pnpm-workspace.yaml'))?.[1]
  expect(dockerfileText(root)).toContain(`npm install --global ${packageManager} turbo@${turbo}\n`)
})

interface Compose {
  services: Record<
    string,
    {
      build?: { target: string; args: { APP: string } }
      environment?: Record<string, string>
      read_only?: boolean
    }
  >
}

test('compose.yaml is as its schema wants it and starts each service with settings that it knows', async () => {
  const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] })
  interface Found {
    messages: { rule: string; message: string }[]
  }
  const found: Found[] = linter.lintFiles([join(root, 'infra/compose.yaml')], false)
  const invalid = found.flatMap(({ messages }) => messages).filter(({ rule }) => rule === 'invalid-schema')
  expect(invalid).toEqual([])

  const { services } = parse(read('infra/compose.yaml'), { merge: true }) as Compose
  const apps = await loadApps(root)
  expect(Object.keys(services).toSorted()).toEqual([...SERVICES, 'nats', 'postgres'])
  for (const name of SERVICES) {
    const { build, environment = {}, read_only } = services[name]!
    expect(build).toMatchObject({ target: name, args: { APP: name } })
    expect(read_only).toBe(true)
    const { settings } = apps.find((app) => app.name === name)!
    expect(Object.keys(environment).filter((key) => !(key in settings.shape))).toEqual([])
    expect(settings.safeParse(environment).error?.issues ?? []).toEqual([])
  }
})
