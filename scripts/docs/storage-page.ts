import { join } from 'node:path'
import { events, rpcs, serviceNames } from '@parley/protocol'
import ts from 'typescript'
import { blocks, code, codes, generatedNote, table } from './markdown.ts'
import type { Table } from './read-tables.ts'
import { docComment, parseSource, textOf, walk } from './source.ts'

/** NATS subjects and streams, and every table. */
export function storagePage(root: string, tables: ReadonlyMap<string, readonly Table[]>): string {
  return (
    blocks(
      generatedNote('subjects.ts, the catalog and the migrations'),
      '# Subjects and tables',
      '## Subjects',
      'Built by `packages/protocol/src/subjects.ts` and nowhere else.',
      subjectTable(root),
      '## Who answers',
      'Requests of a lane go to its one owner; all others to any instance of the service.',
      answerTable(),
      '## Streams',
      `A service that publishes events has one JetStream stream, \`LOG_\` and its name, on the subject \`log.<service>\`.`,
      streamTable(),
      ...[...tables].map(([service, own]) => blocks(`## Tables of ${service}`, ...own.map(tableEntry))),
    ) + '\n'
  )
}

/** The functions of `subjects`, as their source says. */
function subjectTable(root: string): string {
  const rows: string[][] = []
  walk(parseSource(join(root, 'packages/protocol/src/subjects.ts')), (node) => {
    if (!ts.isPropertyAssignment(node) || !ts.isArrowFunction(node.initializer)) return
    const body = node.initializer.body
    const text = ts.isExpression(body) ? textOf(body) : undefined
    if (text === undefined) throw new Error(`the subject ${node.name.getText()} is not one template`)
    rows.push([code(node.name.getText()), code(text), docComment(node)])
  })
  return table(['name', 'subject', 'what it carries'], rows)
}

const answerTable = (): string =>
  table(
    ['service', 'by any instance', 'by the owner of the lane'],
    serviceNames.map((service) => {
      const own = rpcs.filter(({ name }) => name.startsWith(`${service}.`))
      const names = (isOrdered: boolean) =>
        own.filter(({ shard }) => (shard !== undefined) === isOrdered).map(({ name }) => name)
      return [service, codes(names(false)), codes(names(true))]
    }),
  )

const streamTable = (): string =>
  table(
    ['stream', 'subject', 'events'],
    serviceNames.flatMap((service) => {
      const own = events.filter(({ name }) => name.startsWith(`${service}.`))
      return own.length > 0
        ? [[code(`LOG_${service.toUpperCase()}`), code(`log.${service}`), codes(own.map(({ name }) => name))]]
        : []
    }),
  )

function tableEntry({ name, columns, keys, indexes }: Table): string {
  return blocks(
    `### ${name}`,
    columns
      .map((column) => `\`${column.name}\` ${column.type}${column.nullable ? ' or null' : ''}`)
      .join(', ') + '.',
    [...keys, ...indexes.map((index) => `index ${index}`)].map((key) => `- \`${key}\``).join('\n'),
  )
}
