// npm run seed: demo people, likes, matches and conversations in the running system. Run again, it adds nothing twice.
import { findProcess } from '../demo/system.ts'
import { arrive, type Clients, demoPassword, usernameOf } from './account.ts'
import { patiently } from './patiently.ts'
import { names, protagonist } from './people.ts'
import { likes, talks } from './talks.ts'
import { tell } from './tell.ts'

async function like(clients: Clients): Promise<void> {
  for (const [from, to] of likes) {
    const user_id = clients[to].user.get()?.id ?? 0
    await patiently(() => clients[from].call('matching.like', { user_id }))
  }
}

async function seed(): Promise<void> {
  const { port } = await findProcess('gateway-1')
  const url = `http://127.0.0.1:${port}`
  const password = await demoPassword()
  const clients = await arrive(url, password)
  await like(clients)
  let messages = 0
  for (const talk of talks) messages += await tell(talk, clients)
  console.log(
    `${names.length} people, ${likes.length} likes, ${talks.length} conversations, ${messages} messages`,
  )
  console.log(`Open ${url} and log in as ${usernameOf(protagonist)} with the password ${password}`)
  console.log(`It is the password of all: ${names.map(usernameOf).join(', ')}`)
  console.log(
    'Support waits for an answer: "npm run admin -- create <username>" makes somebody who may give it',
  )
}

seed().catch((err: Error) => {
  console.error(err.message)
  process.exitCode = 1
})
