import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { projectFiles } from './project-files.ts'

const MOST_LINES = 50
/** A composition root is a list from top to bottom: parting it would only hide what comes after what. */
const MOST_LINES_OF_A_ROOT = 80

/**
 * Functions that are too long, as `file:line: what`. Lines of functions inside a function are theirs, not its own: a
 * factory whose closures share state is what a class is elsewhere, and the linter's rule would count it as one function.
 * Migrations are SQL.
 */
export function functionFaults(root: string): string[] {
  return projectFiles(root, ['{packages,apps}/*/src/**/*.{ts,tsx}', '{scripts,bench}/**/*.ts'])
    .filter((file) => !/\.test\.tsx?$|\/generated\/|\/migrations\/|^scripts\/test\//.test(file))
    .flatMap((file) => longFunctions(file, readFileSync(join(root, file), 'utf8')))
}

export function longFunctions(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const most = /^apps\/[^/]+\/src\/service\.ts$/.test(file) ? MOST_LINES_OF_A_ROOT : MOST_LINES
  const faults: string[] = []
  /** Gives the number of lines that the functions below a node take. */
  const visit = (node: ts.Node): number => {
    let nested = 0
    ts.forEachChild(node, (child) => void (nested += visit(child)))
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return nested
    const lines = linesOf(node)
    const own = lines - nested
    if (own > most) faults.push(`${file}:${lineOf(node)}: a function of ${own} lines; ${most} at most`)
    return lines
  }
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1
  // A function that shares its lines with the code around it takes none of them away.
  const linesOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.end).line + 1 - lineOf(node)
  visit(source)
  return faults
}
