export interface NatsListen {
  name: string
  host: string
  port: number
  monitorPort: number
  storeDir: string
}

/** The configuration that Parley relies on; `sync_interval` makes a stream's ack mean that it is on disk. */
export function natsConfigFile({ name, host, port, monitorPort, storeDir }: NatsListen): string {
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
`
}
