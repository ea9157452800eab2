import type { StackConfig } from './config.ts'
import { findProgram } from './find-program.ts'

/** The path of a promtool. */
export const findPromtool = (config: Pick<StackConfig, 'cacheDir' | 'path'>): Promise<string> =>
  findProgram(config, {
    package: 'promtool',
    path: 'usr/bin/promtool',
    version: ['--version'],
    isRecent: (output) => /^promtool, version (2\.(4[2-9]|[5-9]\d|\d{3})|[3-9])\./m.test(output),
    advice: 'promtool is needed to check the alerts: put that of Prometheus 2.42 or newer on PATH',
  })
