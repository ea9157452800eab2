// Socket.IO over WebSocket only, with a token checked at the handshake. Prints its port.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { isSigned } from './signed-token.ts'

const http = createServer()
const io = new Server(http, { transports: ['websocket'], serveClient: false })
io.use((socket, next) => {
  const { token } = socket.handshake.auth as { token?: string }
  next(token !== undefined && isSigned(token) ? undefined : new Error('unauthorized'))
})
io.on('connection', (socket) => void socket.join('everybody'))
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log((http.address() as AddressInfo).port)
})
