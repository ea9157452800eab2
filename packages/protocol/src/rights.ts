import { listCards } from './auth/list-cards.ts'
import { listEndedSessions } from './auth/list-ended-sessions.ts'
import { listKeys } from './auth/list-keys.ts'
import { listStaff } from './auth/list-staff.ts'
import { redeemOutsideToken } from './auth/redeem-outside-token.ts'
import { redeemTicket } from './auth/redeem-ticket.ts'
import { sessionEnded } from './auth/session-ended.ts'
import { userChanged } from './auth/user-changed.ts'
import { events, rpcs, serviceNames, type ServiceName } from './catalog.ts'
import type { AnyRpc } from './define.ts'
import { checkLane } from './messaging/check-lane.ts'
import { closeMatchConversation } from './messaging/close-match-conversation.ts'
import { describeLanes } from './messaging/describe-lanes.ts'
import { getMessage } from './messaging/get-message.ts'
import { getPresence } from './messaging/get-presence.ts'
import { listContacts } from './messaging/list-contacts.ts'
import { listMessages } from './messaging/list-messages.ts'
import { openMatchConversation } from './messaging/open-match-conversation.ts'
import { presenceBroadcasts } from './messaging/presence.ts'
import { reportPresence } from './messaging/report-presence.ts'
import { readinessRpcs } from './ready.ts'
import { gatewayLimits, messagingBroadcasts, subjects } from './subjects.ts'

/** Whom NATS knows. The provisioner makes streams and consumers, makes a damaged stream anew, and does nothing else. */
export const natsUsers = [...serviceNames, 'gateway', 'provisioner'] as const
export type NatsUser = (typeof natsUsers)[number]
type Process = ServiceName | 'gateway'

/** Subjects, with NATS's wildcards; ` group` behind one that may be heard in that queue group only. */
export interface NatsRights {
  publish: readonly string[]
  subscribe: readonly string[]
  /** Whether it may reply, once to each request. */
  replies: boolean
}

/** Who reads whose events, each by a durable consumer of its name. */
export const eventReaders = {
  auth: ['matching', 'messaging'],
  matching: ['auth', 'messaging'],
} as const satisfies Partial<Record<ServiceName, readonly ServiceName[]>>
export type EventSource = keyof typeof eventReaders
export const eventSources = Object.keys(eventReaders) as EventSource[]

export const streamName = (service: string): string => `LOG_${service.toUpperCase()}`

/** What each asks of other services, the gateway besides what it forwards. */
export const asked: Record<Process, readonly AnyRpc[]> = {
  gateway: [
    ...rpcs.filter(({ access }) => access !== 'service'),
    ...[listKeys, listEndedSessions, listStaff, redeemTicket, redeemOutsideToken],
    ...[describeLanes, checkLane, reportPresence, getPresence, listContacts, ...readinessRpcs],
  ],
  auth: [],
  matching: [listCards, openMatchConversation, closeMatchConversation, getMessage, listMessages],
  messaging: [listCards],
}

/** Who hears what processes tell all others; each tells what begins with its own name. */
const heard: Record<string, readonly Process[]> = {
  [userChanged.name]: ['gateway', 'messaging'],
  [sessionEnded.name]: ['gateway'],
  [gatewayLimits]: ['gateway'],
  [presenceBroadcasts.beat]: ['messaging'],
  [presenceBroadcasts.wanted]: ['gateway'],
  [presenceBroadcasts.settled]: ['gateway'],
  [messagingBroadcasts.beat]: ['messaging'],
  [messagingBroadcasts.sends]: ['messaging'],
  [messagingBroadcasts.laneTaken]: [...serviceNames, 'gateway'],
}

/** Where the replies to what a service asks come: nobody else may hear there. */
export const inboxPrefix = (service: string): string => `_INBOX_${service}`

/** A subject with a wildcard for each id, shard or lane: the only tokens that are numbers. */
const every = (subject: string): string => subject.replaceAll(/(?<=\.)\d+(?=\.|$)/g, '*')

const kinds = { person: ['d', 'e', 'b', 'c'], conversation: ['d', 'e'] } as const
const aLane = every(subjects.lane(0))
const aPresence = every(subjects.presence(0))

/** What only some may say, besides requests, replies, events and broadcasts. */
const frames: Record<Process, readonly string[]> = {
  auth: [],
  matching: [],
  messaging: [
    ...kinds.person.map((kind) => every(subjects.user(0, kind))),
    ...kinds.conversation.map((kind) => every(subjects.conversation(0, kind))),
    subjects.laneFramesAll,
    aPresence,
  ],
  gateway: [every(subjects.user(0, 'c'))],
}

/** What each user of NATS may say and hear; whatever is not listed is refused. */
export const natsRights = (user: NatsUser): NatsRights =>
  user === 'provisioner' ? provisionerRights : processRights(user)

function processRights(user: Process): NatsRights {
  const broadcasts = [...Object.keys(heard), ...events.map(({ name }) => name)]
  const said = broadcasts.filter((name) => name.startsWith(`${user}.`)).map(subjects.broadcast)
  const hears = Object.keys(heard).filter((name) => heard[name]?.includes(user))
  const isReader = (from: EventSource) => (eventReaders[from] as readonly string[]).includes(user)
  const jetStream = [
    ...(isSource(user) ? [subjects.log(user), api(`STREAM.INFO.${streamName(user)}`)] : []),
    ...eventSources.filter(isReader).flatMap((from) => readingRights(from, user)),
  ]
  return {
    publish: [
      ...new Set([...requests(user), ...frames[user], ...said]),
      ...(jetStream.length > 0 ? [api('INFO'), ...jetStream] : []),
    ],
    subscribe: [
      inbox(user),
      ...(user === 'gateway' ? gatewayHears : [`${subjects.rpc(`${user}.*`)} ${user}`]),
      ...(user === 'messaging' ? [aLane] : []),
      ...hears.map(subjects.broadcast),
    ],
    replies: user !== 'gateway',
  }
}

const isSource = (user: string): user is EventSource => user in eventReaders

const inbox = (user: NatsUser): string => `${inboxPrefix(user)}.>`

const gatewayHears = [
  every(subjects.userAll(0)),
  every(subjects.conversationAll(0)),
  subjects.laneFramesAll,
  aPresence,
]

/** Requests of a lane go to its owner by a subject of the lane, whatever they ask; messaging's processes ask each other. */
function requests(user: Process): string[] {
  const asksLanes = user === 'messaging' || asked[user].some(({ shard }) => shard)
  return [
    ...asked[user].filter(({ shard }) => !shard).map(({ name }) => subjects.rpc(name)),
    ...(asksLanes ? [subjects.rpc(describeLanes.name), aLane] : []),
  ]
}

const api = (call: string): string => `$JS.API.${call}`

/** An acknowledgement's subject has one of two shapes, by the version of the server. */
function readingRights(from: EventSource, by: string): string[] {
  const consumer = `${streamName(from)}.${by}`
  return [
    api(`CONSUMER.INFO.${consumer}`),
    api(`CONSUMER.MSG.NEXT.${consumer}`),
    `$JS.ACK.${consumer}.>`,
    `$JS.ACK.*.*.${consumer}.>`,
  ]
}

const provisionerRights: NatsRights = {
  publish: [
    api('INFO'),
    ...eventSources.flatMap((from) => [
      ...['INFO', 'CREATE', 'UPDATE', 'DELETE'].map((verb) => api(`STREAM.${verb}.${streamName(from)}`)),
      ...eventReaders[from].flatMap((by) =>
        ['INFO', 'CREATE'].map((verb) => api(`CONSUMER.${verb}.${streamName(from)}.${by}`)),
      ),
    ]),
  ],
  subscribe: [inbox('provisioner')],
  replies: false,
}
