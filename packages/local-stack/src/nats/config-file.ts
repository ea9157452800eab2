/** One of the servers of a cluster. */
export interface NatsMember {
  /** Stays the same when it is started again. */
  name: string
  /** Where it listens for the others, and where they reach it. */
  port: number
  advertisedPort: number
  /** Where it reaches the others. */
  routes: readonly number[]
}

export interface NatsListen {
  name: string
  host: string
  port: number
  monitorPort: number
  storeDir: string
  /** Who may connect, and as whom somebody without a key does; without it everybody may do everything. */
  authorization?: string
  member?: NatsMember
}

/** The configuration that Parley relies on; `sync_interval` makes a stream's ack mean that it is on disk. */
export function natsConfigFile({
  name,
  host,
  port,
  monitorPort,
  storeDir,
  authorization,
  member,
}: NatsListen): string {
  return `server_name: ${JSON.stringify(name)}
listen: ${JSON.stringify(`${host}:${port}`)}
http: ${JSON.stringify(`${host}:${monitorPort}`)}
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  sync_interval: always
}
max_payload: 4MB
write_deadline: "5s"
ping_interval: "20s"
${authorization ?? ''}${member ? clusterConfig(member) : ''}`
}

/** Clients keep to the one address that they were given, as those of a Service do. */
const clusterConfig = ({ port, advertisedPort, routes }: NatsMember): string => `
lame_duck_grace_period: "1s"
lame_duck_duration: "30s"
cluster {
  name: parley
  listen: "127.0.0.1:${port}"
  advertise: "127.0.0.1:${advertisedPort}"
  no_advertise: true
  routes: [${routes.map((route) => `"nats://127.0.0.1:${route}"`).join(', ')}]
}
`

/** Only those who have a key, each with its rights. */
export const authorizationOf = (users: string): string => `authorization {\n  users: [\n${users}\n  ]\n}\n`
