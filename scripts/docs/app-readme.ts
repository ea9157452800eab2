import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { events, rpcs } from '@parley/protocol'
import type { App } from './apps.ts'
import { blocks } from './markdown.ts'
import type { Table } from './read-tables.ts'
import { ownSettings } from './settings-page.ts'

const BEGIN = '<!-- prettier-ignore-start -->'
const NOTE = '<!-- Written by scripts/write-docs.ts: run `npm run generate`. -->'
const END = '<!-- prettier-ignore-end -->'

/** An app's README with the part that follows from the code brought up to date. */
export function appReadme(root: string, app: App, tables: readonly Table[] = []): string {
  const file = `apps/${app.name}/README.md`
  const [byHand, rest] = readFileSync(join(root, file), 'utf8').split(BEGIN)
  if (rest === undefined) throw new Error(`${file} lacks the line ${BEGIN}, under which it is completed`)
  return `${byHand}${blocks(BEGIN, NOTE, facts(app, tables), END)}\n`
}

function facts(app: App, tables: readonly Table[]): string {
  const isOwn = ({ name }: { name: string }) => name.startsWith(`${app.name}.`)
  return blocks(
    section('Answers', rpcs.filter(isOwn).map(protocolLink)),
    section('Publishes', events.filter(isOwn).map(protocolLink)),
    section(
      'Tables',
      tables.map(({ name }) => `[\`${name}\`](../../docs/subjects-and-tables.md#tables-of-${app.name})`),
    ),
    ownSettings(app).replace(/^## .*$/m, '## Settings'),
    'Besides [those of every service](../../docs/settings.md#of-every-service).',
  )
}

const section = (title: string, items: readonly string[]): string =>
  items.length > 0 ? blocks(`## ${title}`, `${items.join(', ')}.`) : ''

const protocolLink = ({ name }: { name: string }): string =>
  `[\`${name}\`](../../docs/protocol.md#${name.replaceAll('.', '')})`
