// Two people, and the first message between them: node examples/hello/main.ts [url]
import { randomUUID } from 'node:crypto'
import { ParleyClient } from '@parley/client'

const [url = 'http://127.0.0.1:8000'] = process.argv.slice(2)

async function join(first_name: string) {
  const client = new ParleyClient({ url })
  const username = `${first_name.toLowerCase()}-${randomUUID().slice(0, 8)}`
  const { user } = await client.register({ username, password: randomUUID(), first_name })
  await client.connect()
  return { client, user }
}

const [ada, ben] = await Promise.all([join('Ada'), join('Ben')])
const heard = new Promise<void>((resolve) => {
  ben.client.on('chat_message', ({ message }) => {
    console.log(`${message.sender.first_name} to ${ben.user.first_name}: ${message.content}`)
    resolve()
  })
})
await ada.client.sendTo(ben.user.id, 'Hello').acked
await heard
await Promise.all([ada.client.close(), ben.client.close()])
