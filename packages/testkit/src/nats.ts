import { type RunningNats, startNats } from '@parley/local-stack'

export interface TestNats extends RunningNats, AsyncDisposable {}

/** A nats-server of this test file's own: two copies of a service on one bus would take each other's requests. */
export async function startTestNats(): Promise<TestNats> {
  const nats = await startNats()
  return { ...nats, [Symbol.asyncDispose]: nats.stop }
}
