/** Whom one socket watches. Only a socket that watches somebody has one. */
export interface Watch {
  readonly userIds: ReadonlySet<number>
  /** Those whom it may see. */
  readonly granted: Set<number>
  /** Those of whom that was not sure any more, and the turn of the last time; while `isOpen`, nothing is sent of them. */
  readonly voids: Map<number, { turn: number; isOpen: boolean; wasShown: boolean }>
  turn: number
}
