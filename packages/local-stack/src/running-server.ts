/** A Postgres or nats-server that a caller may use until it stops it. */
export interface RunningServer {
  url: string
  kind: 'external' | 'container' | 'embedded'
  /** The server's own process, where it is one of this machine's. */
  pid?: number
  /** Ends what was started; a server that was there before stays. */
  stop(): Promise<void>
}
