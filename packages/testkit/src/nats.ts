import { type NatsOptions, type RunningNats, startNats } from '@parley/local-stack'

export interface TestNats extends RunningNats, AsyncDisposable {}

/** A nats-server of this test file's own: two copies of a service on one bus would take each other's requests. */
export async function startTestNats(options: NatsOptions = {}): Promise<TestNats> {
  const nats = await startNats(options)
  return { ...nats, [Symbol.asyncDispose]: nats.stop }
}
