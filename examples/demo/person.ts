import { randomBytes } from 'node:crypto'
import { ParleyClient, type ServerFrames } from '@parley/client'

type Message = ServerFrames['chat_message']['message']

/** Somebody with a phone: an SDK client, and the messages that it has shown, in the order it showed them. */
export interface Person {
  name: string
  id: number
  client: ParleyClient
  shown: Message[]
}

export async function join(url: string, name: string): Promise<Person> {
  const client = new ParleyClient({ url })
  const { user } = await client.register({
    username: `${name.toLowerCase()}-${randomBytes(4).toString('hex')}`,
    password: randomBytes(12).toString('hex'),
    first_name: name,
  })
  const shown: Message[] = []
  client.on('chat_message', ({ message }) => void shown.push(message))
  await client.connect()
  return { name, id: user.id, client, shown }
}

/** The next frame of a type that reaches a person. */
export function next<T extends keyof ServerFrames>({ client }: Person, type: T): Promise<ServerFrames[T]> {
  return new Promise((resolve) => {
    const stop = client.on(type, (frame) => {
      stop()
      resolve(frame)
    })
  })
}
