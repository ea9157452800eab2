import { existsSync } from 'node:fs'
import type { StackConfig } from './config.ts'

/** True when a container engine answers; testcontainers is loaded only where one might. */
export async function containerEngineAnswers({ containerSocket }: StackConfig): Promise<boolean> {
  if (!containerSocket || (containerSocket.startsWith('/') && !existsSync(containerSocket))) return false
  try {
    const { getContainerRuntimeClient } = await import('testcontainers')
    await getContainerRuntimeClient()
    return true
  } catch {
    // No engine behind the address: the embedded servers are used instead.
    return false
  }
}
