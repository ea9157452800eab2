// A `ws` server that checks a token and sends each message to all other sockets: what one Node process does at best
// without a bus, a store or limits. Prints its port. `FRAME_BYTES` is the size of what it sends.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { isSigned } from './signed-token.ts'

const frameBytes = Number(process.env['FRAME_BYTES'] ?? 600)
const sockets = new Set<WebSocket>()
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false })
const http = createServer()

http.on('upgrade', (req: IncomingMessage, raw: Duplex, head: Buffer) => {
  const token = req.headers['sec-websocket-protocol']?.split('bearer.')[1] ?? ''
  if (isSigned(token)) server.handleUpgrade(req, raw, head, opened)
  else raw.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
})
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log((http.address() as AddressInfo).port)
})

function opened(ws: WebSocket): void {
  sockets.add(ws)
  ws.on('close', () => sockets.delete(ws))
  ws.on('error', () => undefined)
  ws.on('message', (data: Buffer) => {
    const { n } = JSON.parse(data.toString()) as { n: number }
    const frame = Buffer.from(`${`{"type":"chat_message","content":"~${n}~`.padEnd(frameBytes - 2, 'x')}"}`)
    for (const other of sockets) if (other !== ws) other.send(frame, { binary: false })
    ws.send(`{"type":"ack","ref":"${n}"}`)
  })
}
