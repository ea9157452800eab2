/** Those who look at a conversation at the moment, whoever they are. */
export interface Topic {
  readonly topic: number
}

/** People by id, or the sockets that are attached to a conversation. */
export type Audience = readonly number[] | Topic

export const isTopic = (audience: Audience): audience is Topic => 'topic' in audience

/** One frame and whose sockets get it; of kind `c`, what the gateways of these people have to do. */
export interface Outgoing {
  to: Audience
  kind: 'd' | 'e' | 'c'
  frame: string
  /** Of what has led to it, where its trace is kept. */
  trace?: string
}
