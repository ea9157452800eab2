import { fileURLToPath } from 'node:url'
import { parleyServices, runLauncher } from '@parley/local-stack'

/** Those that several processes share the work of, by lanes or by a leader's lock. */
const SHARED = ['messaging', 'matching']

const CLOCK = ['--import', fileURLToPath(new URL('clock.ts', import.meta.url))]

// A system whose services have a second process, which takes over what the first one leaves, and each a clock of its own.
await runLauncher(({ ports }) => {
  const services = parleyServices(ports).map((service) => ({ ...service, args: [...CLOCK, ...service.args] }))
  const seconds = services.filter(({ name }) => SHARED.includes(name))
  return [...services, ...seconds.map((service) => ({ ...service, name: `${service.name}-2` }))]
})
