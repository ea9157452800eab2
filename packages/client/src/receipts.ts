import type { Environment } from './environment.ts'
import type { Requests } from './requests.ts'
import { Watermarks } from './watermarks.ts'
import type { Ack, CommandFields } from './wire.ts'

/** How far the person has read, and how far messages have arrived here. */
export class Receipts {
  readonly #requests: Pick<Requests, 'call'>
  readonly read: Watermarks<Ack<'read_receipt'>>
  readonly delivered: Watermarks<Ack<'delivery_receipt'>>

  constructor(environment: Pick<Environment, 'after' | 'random'>, requests: Pick<Requests, 'call'>) {
    this.#requests = requests
    this.read = new Watermarks({ environment, move: (mark) => this.#mark('read_receipt', mark) })
    this.delivered = new Watermarks({ environment, move: (mark) => this.#mark('delivery_receipt', mark) })
  }

  stop(): void {
    this.read.stop()
    this.delivered.stop()
  }

  /** Marks only grow, so they may go out again on the next socket. */
  async #mark<T extends 'read_receipt' | 'delivery_receipt'>(
    type: T,
    fields: CommandFields<T>,
  ): Promise<Ack<T>> {
    // The fields that the definition of the command names.
    return (await this.#requests.call(type, fields, { resend: true })) as Ack<T>
  }
}
