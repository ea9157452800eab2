export { type ChatSocket, type ReceivedMessage, useChatWebSocket } from './use-chat-web-socket.ts'
export {
  type NotificationSocket,
  type ReceivedNotification,
  useNotificationWebSocket,
} from './use-notification-web-socket.ts'
export { type ConversationSocket, type SocketMessage, useWebSocket } from './use-web-socket.ts'
