import { sumNotes } from '../faults/notes.ts'
import type { Client } from '../faults/client.ts'

/** When sockets were opened while gateways drained. */
export interface Handshakes {
  count: number
  /** The most in one of the parts of the drain, by the mean of all parts: 1 when they are spread evenly. */
  peak: number
}

const LOOK_MS = 50
const PARTS = 4

/** Counts new sessions while something happens, several times over, by the time since it began. */
export class HandshakeCount {
  readonly #clients: readonly Client[]
  readonly #atMs: number[] = []

  constructor(clients: readonly Client[]) {
    this.#clients = clients
  }

  async during(what: () => Promise<void>): Promise<void> {
    const began = performance.now()
    let known = this.#connects()
    const look = (): void => {
      const now = this.#connects()
      while (known < now) {
        this.#atMs.push(performance.now() - began)
        known++
      }
    }
    const timer = setInterval(look, LOOK_MS)
    try {
      await what()
    } finally {
      clearInterval(timer)
      look()
    }
  }

  /** Of those within `periodMs` of each beginning. */
  spread(periodMs: number): Handshakes {
    const counts = Array.from({ length: PARTS }, () => 0)
    for (const at of this.#atMs) {
      const part = Math.floor((at / periodMs) * PARTS)
      if (part < PARTS) counts[part] = (counts[part] ?? 0) + 1
    }
    const count = counts.reduce((sum, one) => sum + one, 0)
    return { count, peak: count === 0 ? 0 : (Math.max(...counts) * PARTS) / count }
  }

  #connects = (): number => sumNotes(this.#clients.map(({ notes }) => notes)).connects
}
