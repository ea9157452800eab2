// What the machine itself allows in the same minute: the two parts that every message must pass.
import { connect } from '@nats-io/transport-node'
import { startNats, startPostgres } from '@parley/local-stack'
import pg from 'pg'

const ROWS_A_BATCH = 64

/** Rows a second of a batched insert, each batch committed with fsync, by one connection. */
export async function measureBatchedInsert(seconds: number, dataDir: string): Promise<number> {
  const server = await startPostgres({ dataDir, durable: true })
  const client = new pg.Client({ connectionString: server.url })
  try {
    await client.connect()
    await client.query(
      'create table chat (conversation_id bigint, seq bigint, client_id uuid, content text, primary key (conversation_id, seq), unique (client_id))',
    )
    const content = 'x'.repeat(120)
    let rows = 0
    const end = performance.now() + seconds * 1_000
    while (performance.now() < end) {
      const batch = Array.from({ length: ROWS_A_BATCH }, () => crypto.randomUUID())
      await client.query({
        name: 'batch',
        text: 'insert into chat select o % 500, $1 + o, c, $3 from unnest($2::uuid[]) with ordinality as t (c, o)',
        values: [rows, batch, content],
      })
      rows += ROWS_A_BATCH
    }
    return rows / seconds
  } finally {
    await client.end()
    await server.stop()
  }
}

/** Requests a second that NATS carries there and back, 64 in flight. */
export async function measureRequestReply(seconds: number): Promise<number> {
  const server = await startNats()
  const [asking, answering] = [await connect({ servers: server.url }), await connect({ servers: server.url })]
  try {
    const payload = 'x'.repeat(200)
    answering.subscribe('limit', { callback: (_err, msg) => void msg.respond(msg.data) })
    await answering.flush()
    let count = 0
    const end = performance.now() + seconds * 1_000
    const loop = async (): Promise<void> => {
      for (; performance.now() < end; count++) await asking.request('limit', payload)
    }
    await Promise.all(Array.from({ length: 64 }, loop))
    return count / seconds
  } finally {
    await asking.close()
    await answering.close()
    await server.stop()
  }
}
