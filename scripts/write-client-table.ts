/**
 * Writes the table that the SDK carries instead of the protocol's schemas: names, routes, error remedies, close codes.
 * `--check` writes nothing and fails when the table in the tree is not what the catalog says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import {
  type AnyRpc,
  clientFrames,
  closeCodes,
  errors,
  gatewayFrames,
  isResumable,
  limits,
  pushes,
  rpcs,
} from '../packages/protocol/src/index.ts'

const target = fileURLToPath(new URL('../packages/client/src/generated/operations.ts', import.meta.url))

function route({ http, access }: AnyRpc): object[] {
  if (!http || access === 'service') return []
  const { method, path, status, body } = http
  return [
    {
      method,
      path,
      // Said where it makes a difference to a client: every byte of this table is in every bundle.
      ...(status === 204 && { status }),
      ...(access === 'anyone' && { access }),
      ...(body && { body }),
    },
  ]
}

const operations = () =>
  Object.fromEntries(rpcs.flatMap((rpc) => route(rpc).map((entry) => [rpc.name, entry])))

const commands = () =>
  Object.fromEntries(
    rpcs.flatMap(({ name, socket }) => (socket ? [[socket.type, { operation: name, ack: socket.ack }]] : [])),
  )

/** The first of the codes that mean: do not reconnect. */
function firstFinalCode(): number {
  const codes = Array.from({ length: 1000 }, (_, index) => 4000 + index)
  const first = codes.findIndex((code) => !isResumable(code))
  if (first < 0 || codes.slice(first).some(isResumable)) throw new Error('close codes are not two ranges')
  return 4000 + first
}

/** What people who write to each other may come up against. */
function writtenLimits(): object {
  const { content_chars, title_chars, name_chars, bio_chars, report_detail_chars, url_chars } = limits
  const { username_chars, password_chars, interests, attachments, members_at_once, notification } = limits
  return {
    ...{ content_chars, title_chars, name_chars, bio_chars, report_detail_chars, url_chars },
    ...{ username_chars, password_chars, interests, attachments, members_at_once },
    notification: { title_chars: notification.title_chars, message_chars: notification.message_chars },
  }
}

const mapValues = <T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

async function table(): Promise<string> {
  const parts: [name: string, doc: string, value: unknown][] = [
    ['operations', 'What clients may call over HTTP.', operations()],
    ['commands', 'Socket frames that call an operation, and the fields of their `ack`.', commands()],
    ['clientFrames', 'Further frames that a client may send.', Object.keys(clientFrames)],
    ['gatewayFrames', 'Frames of the gateway itself.', Object.keys(gatewayFrames)],
    ['pushes', 'Frames that carry what happened.', pushes.map(({ type }) => type)],
    ['remedies', 'What a caller does about an error code.', mapValues(errors, ({ remedy }) => remedy)],
    ['closeCodes', 'Close codes by reason.', mapValues(closeCodes, ({ code }) => code)],
    [
      'limits',
      'What the server takes of what people write; characters are UTF-16 code units.',
      writtenLimits(),
    ],
    ['firstFinalCode', 'Close codes from here on mean: do not reconnect, as things are.', firstFinalCode()],
  ]
  const text = parts.map(
    ([name, doc, value]) => `/** ${doc} */\nexport const ${name} = ${JSON.stringify(value)} as const\n`,
  )
  const note =
    '// Written by scripts/write-client-table.ts from the catalog of @parley/protocol. Do not edit.\n'
  return format([note, ...text].join('\n'), { ...(await resolveConfig(target)), parser: 'typescript' })
}

const wanted = await table()
if (!process.argv.includes('--check')) writeFileSync(target, wanted)
else if (readFileSync(target, 'utf8') !== wanted) {
  process.stderr.write(
    'packages/client/src/generated/operations.ts is stale: run node scripts/write-client-table.ts\n',
  )
  process.exitCode = 1
}
