import { parleyServices, runLauncher } from '@parley/local-stack'

/** Those that several processes share the work of, by lanes or by a leader's lock. */
const SHARED = ['messaging', 'matching']

// A system whose services have a second process, which takes over what the first one leaves.
await runLauncher(({ ports }) => {
  const services = parleyServices(ports)
  const seconds = services.filter(({ name }) => SHARED.includes(name))
  return [...services, ...seconds.map((service) => ({ ...service, name: `${service.name}-2` }))]
})
