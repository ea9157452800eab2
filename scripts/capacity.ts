/** How much of everything so many sockets need: `npm run capacity -- --sockets 1e6`. What it goes by: docs/capacity.md. */
import { readLoad } from './capacity/arguments.ts'
import { planFor } from './capacity/plan.ts'

const number = (value: number): string => value.toLocaleString('en')

function print(rows: readonly (readonly [what: string, value: string])[]): void {
  const width = Math.max(...rows.map(([what]) => what.length))
  for (const [what, value] of rows) console.log(`${what.padEnd(width)}  ${value}`)
}

try {
  const load = readLoad(process.argv.slice(2))
  const plan = planFor(load)
  print([
    ['sockets', number(load.sockets)],
    ['messages a second at the peak', number(plan.sendsPerSecond)],
    ['gateway pods', `${number(plan.gateways)}, ${number(plan.gatewayMemoryMiB)} MiB of sockets each`],
    ['messaging pods', number(plan.messaging)],
    ['auth pods, and matching pods', number(plan.authAndMatching)],
    ['NATS clusters of three', number(plan.natsClusters)],
    ['Postgres shards, a primary and two standbys each', number(plan.postgresShards)],
    ['disk of a shard', `${number(plan.postgresDiskGiBPerShard)} GiB for ${number(load.days)} days`],
    ['messages a day', `${number(plan.messagesPerDay)}, ${number(plan.diskGiBPerDay)} GiB`],
  ])
  for (const part of plan.toRaise) console.log(`to raise in the overlay: ${part}`)
  for (const part of plan.beyondOne) console.log(`more than one installation holds: ${part}`)
} catch (err) {
  console.error((err as Error).message.replaceAll(/\s+/g, ' '))
  process.exitCode = 1
}
