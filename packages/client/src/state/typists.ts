import type { Environment } from '../environment.ts'
import { Derived, type Source } from '../source.ts'
import type { AnyFrame, ServerFrames } from '../wire.ts'

const EXPIRY_MS = 6_000

export interface Typist {
  user_id: number
  user_name: string
}

interface Sign extends Typist {
  stop: () => void
}

/** Who types where. A sign that is not renewed ends by itself. */
export class Typists {
  readonly #environment: Pick<Environment, 'after' | 'report'>
  readonly #signs = new Map<number, Map<number, Sign>>()
  readonly #sources = new Map<number, Derived<readonly Typist[]>>()

  constructor(environment: Pick<Environment, 'after' | 'report'>) {
    this.#environment = environment
  }

  in(id: number): Source<readonly Typist[]> {
    let source = this.#sources.get(id)
    if (!source) this.#sources.set(id, (source = new Derived(() => this.#list(id), this.#environment.report)))
    return source
  }

  apply(frame: AnyFrame): void {
    // The server's frames are what the protocol says.
    if (frame.type === 'typing_indicator') this.#sign(frame as unknown as ServerFrames['typing_indicator'])
    if (frame.type !== 'chat_message') return
    const { conversation_id, message } = frame as unknown as ServerFrames['chat_message']
    this.#end(conversation_id, message.sender.id)
  }

  clear(): void {
    for (const [id, signs] of [...this.#signs]) for (const user of [...signs.keys()]) this.#end(id, user)
  }

  #list(id: number): readonly Typist[] {
    const signs = [...(this.#signs.get(id)?.values() ?? [])]
    return signs.map(({ user_id, user_name }) => ({ user_id, user_name }))
  }

  #sign({ conversation_id: id, user_id, user_name, is_typing }: ServerFrames['typing_indicator']): void {
    const signs = this.#signs.get(id) ?? new Map<number, Sign>()
    const before = signs.get(user_id)
    if (!is_typing) return this.#end(id, user_id)
    before?.stop()
    const stop = this.#environment.after(EXPIRY_MS, () => this.#end(id, user_id))
    signs.set(user_id, { user_id, user_name, stop })
    this.#signs.set(id, signs)
    if (!before) this.#sources.get(id)?.changed()
  }

  #end(id: number, user_id: number): void {
    const signs = this.#signs.get(id)
    const sign = signs?.get(user_id)
    if (!signs || !sign) return
    sign.stop()
    signs.delete(user_id)
    if (signs.size === 0) this.#signs.delete(id)
    this.#sources.get(id)?.changed()
  }
}
