/** What an installation is planned by. Docs/capacity.md says where each figure comes from. */
export interface Load {
  /** Open at the same time, at the peak. */
  sockets: number
  /** Of each socket, at the peak. */
  secondsBetweenSends: number
  /** Live copies of a message: the members' devices that are connected. */
  copies: number
  /** Days that messages stay in Postgres. */
  days: number
}

export const usualLoad: Omit<Load, 'sockets'> = { secondsBetweenSends: 100, copies: 2.5, days: 90 }

/** Measured of this code (docs/performance.md), the dearer end where there are two. */
export const measured = {
  /** CPU-seconds of each process for 1,000 messages sent, acknowledged and delivered. */
  gatewayCpu: 0.074,
  messagingCpu: 0.054,
  postgresCpu: 0.049,
  natsCpu: 0.022,
  gatewayBytesPerSocket: 14_100,
}

/** Chosen, not measured: how full a part may be, and what a part has. */
export const chosen = {
  socketsPerGateway: 25_000,
  /** Of a core that a process uses at the peak. */
  coreInUse: 0.6,
  /** Beside what the peak needs: a zone of three that is lost. */
  spare: 1.5,
  peopleOfSockets: 0.7,
  averageOfPeak: 0.4,
  bytesPerMessage: 410,
  subjectsPerNatsCluster: 1_000_000,
  messagesPerNatsCluster: 100_000,
  terabytesPerShard: 2,
  coresPerPostgres: 8,
  shards: 256,
}

/** What the manifests of production allow; a number in an overlay raises each. */
export const manifests = { gateways: 40, messaging: 8, postgresDiskGiB: 500 }

export interface Plan {
  sendsPerSecond: number
  gateways: number
  gatewayMemoryMiB: number
  messaging: number
  authAndMatching: number
  natsClusters: number
  postgresShards: number
  postgresDiskGiBPerShard: number
  messagesPerDay: number
  diskGiBPerDay: number
  /** What one installation does not hold, whatever its manifests say. */
  beyondOne: string[]
  /** What the manifests of production allow less of. */
  toRaise: string[]
}
type Counts = Omit<Plan, 'beyondOne' | 'toRaise'>

const GIB = 2 ** 30
const upTo = (value: number, least: number): number => Math.max(least, Math.ceil(value))

/** How many of each part; never fewer than three of what must outlive a zone. */
export function planFor({ sockets, secondsBetweenSends, copies, days }: Load): Plan {
  const sends = sockets / secondsBetweenSends
  // The measured message has two copies: the other side's, and its own.
  const perProcess = (cpuPerThousand: number): number =>
    (sends * (copies / 2) * cpuPerThousand) / 1_000 / chosen.coreInUse
  const gateways = upTo(
    Math.max(sockets / chosen.socketsPerGateway, perProcess(measured.gatewayCpu)) * chosen.spare,
    3,
  )
  const messaging = upTo(perProcess(measured.messagingCpu) * chosen.spare, 3)
  const subjects = sockets * chosen.peopleOfSockets
  const natsClusters = upTo(
    Math.max(subjects / chosen.subjectsPerNatsCluster, (sends * copies) / chosen.messagesPerNatsCluster),
    1,
  )
  const messagesPerDay = sends * chosen.averageOfPeak * 86_400
  const bytesPerDay = messagesPerDay * chosen.bytesPerMessage
  const keptBytes = bytesPerDay * days
  const postgresCores = perProcess(measured.postgresCpu)
  const postgresShards = powerOfTwo(
    Math.max(keptBytes / (chosen.terabytesPerShard * 1e12), postgresCores / chosen.coresPerPostgres),
  )
  const counts: Counts = {
    sendsPerSecond: Math.round(sends),
    gateways,
    gatewayMemoryMiB: Math.ceil(
      (Math.min((sockets / gateways) * chosen.spare, chosen.socketsPerGateway) *
        measured.gatewayBytesPerSocket) /
        2 ** 20,
    ),
    messaging,
    authAndMatching: upTo(gateways / 20, 3),
    natsClusters,
    postgresShards,
    postgresDiskGiBPerShard: Math.ceil(keptBytes / postgresShards / GIB),
    messagesPerDay: Math.round(messagesPerDay),
    diskGiBPerDay: Math.ceil(bytesPerDay / GIB),
  }
  return { ...counts, beyondOne: beyondOne(counts), toRaise: toRaise(counts) }
}

const beyondOne = ({ natsClusters, postgresShards, messaging }: Counts): string[] => [
  ...(natsClusters > 1 ? [`${natsClusters} NATS clusters: Parley speaks with one`] : []),
  ...(postgresShards > 1 ? [`${postgresShards} shards of messaging: Parley has one`] : []),
  ...(messaging > chosen.shards
    ? [`${messaging} messaging processes: there are ${chosen.shards} lanes at most`]
    : []),
]

function toRaise({ gateways, messaging, postgresDiskGiBPerShard: disk }: Counts): string[] {
  const { postgresDiskGiB } = manifests
  return [
    ...(gateways > manifests.gateways
      ? [`maxReplicaCount of gateway, ${manifests.gateways}, to ${gateways}`]
      : []),
    ...(messaging > manifests.messaging
      ? [`maxReplicas and LANES of messaging, ${manifests.messaging}, to ${messaging}`]
      : []),
    ...(disk > postgresDiskGiB ? [`storage of Postgres, ${postgresDiskGiB}Gi, to ${disk}Gi`] : []),
  ]
}

/** A shard is the low 8 bits of an id, so that a number that divides 256 gives each database as many. */
function powerOfTwo(value: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(value)))
}
