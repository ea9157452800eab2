// A bot that answers everybody in a thread: BOT_USERNAME=… BOT_PASSWORD=… node examples/bot/main.ts [url]
import { ParleyClient, type RpcError } from '@parley/client'

const [url = 'http://127.0.0.1:8000'] = process.argv.slice(2)
const { BOT_USERNAME: username = '', BOT_PASSWORD: password = '' } = process.env

const bot = new ParleyClient({ url })
const { user } = await bot.register({ username, password }).catch((error: RpcError) => {
  if (error.code !== 'username_taken') throw error
  return bot.logIn({ identifier: username, password })
})

bot.on('chat_message', ({ conversation_id, message }) => {
  const isFresh = message.kind === 'text' && !message.is_deleted && !message.is_edited
  // What was answered before comes again after a reconnect, when something has changed of it.
  if (!isFresh || message.reply_count > 0 || message.sender.id === user.id) return
  bot.markRead(conversation_id, message.seq).catch(() => {})
  bot.send(conversation_id, `You said: ${message.content}`, { parent_message_id: message.id })
})

process.once('SIGTERM', () => void bot.close())
await bot.connect()
console.log(`${username} (${user.id}) answers at ${url}`)
