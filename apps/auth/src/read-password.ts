import { createInterface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'

export interface PasswordSource {
  input: Readable
  /** Where a terminal shows what is asked. */
  output: Writable
  isTerminal: boolean
}

/** From a terminal twice, without showing it; else the first line of what comes in. */
export async function readPassword({ input, output, isTerminal }: PasswordSource): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input, output: nowhere, terminal: isTerminal, historySize: 0 })
  const lines = reader[Symbol.asyncIterator]()
  const ask = async (prompt: string): Promise<string> => {
    if (isTerminal) output.write(prompt)
    const line = await lines.next()
    if (isTerminal) output.write('\n')
    if (line.done) throw new Error('no password was given')
    return line.value
  }
  try {
    const password = await ask('Password: ')
    if (isTerminal && (await ask('The same again: ')) !== password) {
      throw new Error('the two passwords differ')
    }
    return password
  } finally {
    reader.close()
  }
}
