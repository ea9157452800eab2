import type { About } from './about.ts'
import type { Answered } from './ask.ts'
import type { Outcomes } from './viewers.ts'

/** One operation or frame: what is asked, and what each viewer gets. */
export interface Row {
  ask: (about: About) => object | Promise<object>
  outcomes: Outcomes
  /** A frame that is answered otherwise than by its `ref`. */
  answered?: Answered
  /** A frame that comes after `hello` only. */
  afterHello?: boolean
  /** It ends or renews the session that asks. */
  spendsSession?: boolean
}

/** By the operation's name or the frame's type. */
export type Rows = Record<string, Row>
