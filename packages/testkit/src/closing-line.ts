import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** Ends a run with the line `N passed, N failed`; what was skipped stands on the line before. */
export class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const module of modules) count(module, counts)
    // A run can fail with no test to blame: no file matched, a set-up failed, or somebody interrupted it.
    if (reason !== 'passed') counts.failed = Math.max(counts.failed, 1)
    console.log(`${counts.skipped} skipped\n${counts.passed} passed, ${counts.failed} failed`)
  }
}

/** A file that cannot be loaded, or a hook that fails, is a failure of its own: its tests never ran. */
function count(module: TestModule, counts: Counts): void {
  counts.failed += module.errors().length
  for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    counts[state === 'pending' ? 'skipped' : state] += 1
  }
}
