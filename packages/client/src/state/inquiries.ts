/** Questions to the server whose answers frames may overtake. */
export class Inquiries {
  /** Of each question that is under way: what frames have told of meanwhile. */
  readonly #underWay = new Set<Set<number>>()

  /** A frame has told of something. */
  told(id: number): void {
    for (const told of this.#underWay) told.add(id)
  }

  /** The answer, and whether it may be older than what frames have told of something. */
  async ask<T>(question: () => Promise<T>): Promise<{ answer: T; isOvertaken: (id: number) => boolean }> {
    const told = new Set<number>()
    this.#underWay.add(told)
    try {
      return { answer: await question(), isOvertaken: (id) => told.has(id) }
    } finally {
      this.#underWay.delete(told)
    }
  }
}
