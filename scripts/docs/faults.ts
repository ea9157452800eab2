/** A fault, what holds while it lasts and after it, and what is still missing. Tests are found by the row's number in their titles. */
export interface FaultRow {
  row: string
  fault: string
  holds: string
  /** What is not shown, tests or no tests. */
  missing?: string
  /** Why no test carries the number; said only as long as that is so. */
  untested?: string
}
