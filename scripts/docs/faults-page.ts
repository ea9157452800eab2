import type { FaultRow } from './faults.ts'
import { blocks, generatedNote, table } from './markdown.ts'
import { networkFaults } from './network-faults.ts'
import { serverFaults } from './server-faults.ts'
import { rowEntry, testsByRow } from './test-titles.ts'

/** Each fault with the tests that carry its number. */
export function faultsPage(root: string): string {
  const tests = testsByRow(root)
  const entry = ({ row, fault, holds, ...gaps }: FaultRow): string =>
    rowEntry({ row, about: fault, says: holds, ...gaps }, tests)
  const rows = [...serverFaults, ...networkFaults].toSorted((a, b) => (a.row < b.row ? -1 : 1))
  const shown = rows.filter(({ row }) => tests.some((test) => test.row === row))
  return (
    blocks(
      generatedNote(
        'scripts/docs/server-faults.ts, scripts/docs/network-faults.ts and the titles of the tests',
      ),
      '# Faults',
      `What Parley survives, and which tests show it: ${shown.length} of ${rows.length} rows have one. A test belongs to a row when its title begins with the row’s number. What is missing is said in the row, and has been missing since the first version, 0.1.0.`,
      RUNNING,
      '## What must hold in every row',
      table(['', 'invariant'], INVARIANTS),
      '## What goes wrong with processes and servers',
      ...serverFaults.map(entry),
      '## What goes wrong between them',
      ...networkFaults.map(entry),
    ) + '\n'
  )
}

const INVARIANTS = [
  ['I1', 'What was acknowledged to a client is there for every member afterwards.'],
  ['I2', 'Nobody is shown a message twice.'],
  ['I3', 'Each conversation shows 1, 2, 3, … without a gap or a swap.'],
  ['I4', 'Nobody sees what they may not.'],
  [
    'I5',
    'A send ends in an acknowledgement or a refusal within 15 s; its repeat with the same `client_id` makes no second message.',
  ],
  ['I6', 'At the end every client holds exactly what the database holds.'],
  ['I7', 'Everything comes back by itself, in the time that the row gives.'],
]

const RUNNING = `## Run it

\`\`\`sh
npm run faults -- --seed 7 --minutes 20 --rate 100 --report faults-report
\`\`\`

A whole system is started: Postgres and NATS, auth, two processes each of matching and of messaging, three gateways. A proxy stands in each way: to NATS, to Postgres, and
between clients and each gateway. Clients talk, edit, delete, react and come to like each other, while every kind of fault happens once, in an order of chance; then any of them, several at
once too, with quiet times between. The same seed makes the same choices; what runs at the same moment is never the same. With an odd seed messaging tells gateways by lane what it
has to say, with an even one by person.

At the end all that was acknowledged is compared with what is stored and with what each client shows. A line that begins with \`FAULT\` is a broken invariant, and the command then ends with
exit code 1. The tests run it too, each kind once (\`tests/faults/faults.test.ts\`).

\`--rate\` is how many messages a second all clients together send while nothing is wrong (100); who has ten without an answer sends no more until one comes. There are 20 pairs, and at rates
above 200 one for each ten. \`--report\` names a folder for
\`faults-<seed>.md\` and the picture beside it.

## Read the report

- The first lines count what was acknowledged, and of that what was **lost** (acknowledged and not there, or missing on somebody’s screen), **doubled**, **swapped** (in another order, or
  with a gap), and anything **other** that must not be: a session that was lost, a refusal that is final, no answer within 15 s, something that did not come back. All four are 0 in a good run.
- The table has a line for each kind of fault: how often it happened, and for each part the median and the worst time, in seconds from the end of the fault until it worked again. \`messages\` is the
  time until in every conversation one that was sent after the fault is acknowledged and shown; \`log-in\` until every gateway lets somebody in; \`newcomer\` until one who registers is seen among the
  candidates; \`match\` until that one comes to a match; \`healthz\` until every gateway says that all is well. \`never\` is more than a minute. \`closes\` counts sockets that the fault closed.
- The picture has the messages acknowledged in each second above, and below a dot for each fault, as high as its recovery took; red is never. A machine that does much else shows as long recoveries
  of every kind at the same time.`
