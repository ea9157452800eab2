import { community } from './community.ts'
import { dating } from './dating.ts'
import type { Dialect, DialectName } from './dialect.ts'
import { marketplace } from './marketplace.ts'
import { school } from './school.ts'
import { support } from './support.ts'

export { dialectNames, isFor, variantOf } from './dialect.ts'
export type { Channel, Decoded, Dialect, DialectName, NativeFrame, Scope, SocketPath } from './dialect.ts'
export { eventsOfReplayed } from './replayed.ts'
export type { ServerEvent, ServerEventOf } from './events.ts'

/** The wire formats of five documents, whose clients work here with nothing changed but the host. */
export const dialects: Record<DialectName, Dialect> = { marketplace, dating, community, school, support }
