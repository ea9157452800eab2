import { parseArgs } from 'node:util'
import { rollGateways } from './gateways.ts'
import { rollMessaging } from './messaging.ts'
import type { Rolled, RollOptions } from './rolled.ts'

const USAGE =
  'usage: npm run roll -- [--seed <whole number>] [--pairs <whole number>] [--rate <messages a second>] [--steady <seconds>]'
const DRAIN_SECONDS = 20
/** Of the new sockets in the fullest quarter of a drain, by the mean. */
const MOST_PEAK = 1.5

const print = (line: string) => console.log(line)

function readOptions(): RollOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { seed: text, pairs: text, rate: text, steady: text } })
  const { seed = String(Date.now() % 1_000_000), pairs = '84', rate = '200', steady = '60' } = values
  const numbers = { seed: Number(seed), pairs: Number(pairs), sendsPerSecond: Number(rate) }
  const steadySeconds = Number(steady)
  const areWhole = Number.isSafeInteger(numbers.seed) && Number.isSafeInteger(numbers.pairs)
  if (areWhole && numbers.pairs > 0 && numbers.sendsPerSecond > 0 && steadySeconds >= 0)
    return { ...numbers, steadySeconds, drainSeconds: DRAIN_SECONDS, print }
  throw new Error(
    'a seed and pairs are whole numbers, a rate is one above 0, and seconds are a number from 0 on',
  )
}

function conclusion(what: string, { faults }: Rolled): boolean {
  for (const fault of faults) print(fault)
  print(
    `${what}: ${faults.length === 0 ? 'nothing was lost, doubled, or refused for good' : `${faults.length} faults found`}\n`,
  )
  return faults.length === 0
}

try {
  const options = readOptions()
  print(`seed ${options.seed}; three gateways are replaced in turn`)
  const gateways = await rollGateways(options)
  const areSpread = gateways.handshakes.peak <= MOST_PEAK
  const areGatewaysFine = conclusion('gateways', gateways) && areSpread
  if (!areSpread) print(`new sockets are not spread evenly: more than ${MOST_PEAK} times the mean`)
  print('messaging is replaced')
  const isMessagingFine = conclusion('messaging', await rollMessaging(options))
  process.exitCode = areGatewaysFine && isMessagingFine ? 0 : 1
} catch (err) {
  console.error(`${(err as Error).message}\n${USAGE}`)
  process.exitCode = 1
}
