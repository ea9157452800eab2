import type { StackConfig } from './config.ts'
import { findProgram } from './find-program.ts'

/** The path of a kubectl with kustomize 5. */
export const findKubectl = (config: Pick<StackConfig, 'cacheDir' | 'path'>): Promise<string> =>
  findProgram(config, {
    package: 'kubectl',
    path: 'usr/bin/kubectl',
    version: ['version', '--client'],
    isRecent: (output) => /^Kustomize Version: v([5-9]|\d{2,})\./m.test(output),
    advice: 'kubectl is needed to render the manifests: put version 1.27 or newer on PATH',
  })
