// A conversation with one person, with signs of typing and receipts.
import type { ParleyState } from '@parley/client/state'
import { ParleyProvider, useConnection, useMembers, useMessages, useSession, useTyping } from '@parley/react'
import { type FormEvent, useState } from 'react'

export const App = ({ state, id }: { state: ParleyState; id: number }) => (
  <ParleyProvider state={state}>
    <Room id={id} />
  </ParleyProvider>
)

function Room({ id }: { id: number }) {
  const { messages, send } = useMessages(id)
  const { typists, setTyping } = useTyping(id)
  const { isConnected } = useConnection()
  const { user } = useSession()
  const others = useMembers(id).filter((member) => member.user.id !== user?.id)
  const [text, setText] = useState('')
  const say = (event: FormEvent) => {
    event.preventDefault()
    send(text)
    setText('')
  }
  return (
    <form onSubmit={say}>
      {!isConnected && <p>Connecting; what you write is sent later</p>}
      {messages.map(({ client_id, sender, content, seq }) => (
        <p key={client_id}>
          {sender.first_name}: {content}{' '}
          {others.some(({ read_seq }) => seq !== null && read_seq >= seq) && '✓'}
        </p>
      ))}
      {typists.length > 0 && <p>{typists.map(({ user_name }) => user_name).join(', ')} …</p>}
      <input value={text} onChange={(event) => (setText(event.target.value), setTyping())} />
      <button disabled={!text.trim()}>Send</button>
    </form>
  )
}
