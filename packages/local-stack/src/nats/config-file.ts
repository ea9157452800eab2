export interface NatsListen {
  name: string
  host: string
  port: number
  monitorPort: number
  storeDir: string
  /** Who may connect, and as whom somebody without a key does; without it everybody may do everything. */
  authorization?: string
}

/** The configuration that Parley relies on; `sync_interval` makes a stream's ack mean that it is on disk. */
export function natsConfigFile({
  name,
  host,
  port,
  monitorPort,
  storeDir,
  authorization,
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
${authorization ?? ''}`
}

/** Only those who have a key, each with its rights. */
export const authorizationOf = (users: string): string => `authorization {\n  users: [\n${users}\n  ]\n}\n`
