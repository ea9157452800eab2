import { readFileSync } from 'node:fs'
import ts from 'typescript'

export function parseSource(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
}

/** Calls `visit` for a node and everything in it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** A text as it stands in the source; a template's variable parts are `<name>`. Undefined for anything else. */
export function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  const spans = node.templateSpans.map(
    ({ expression, literal }) => `<${expression.getText()}>${literal.text}`,
  )
  return node.head.text + spans.join('')
}

/** The doc comment before a node, without its stars. */
export function docComment(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node)
  return (ts.getTextOfJSDocComment(comment?.comment) ?? '').replaceAll('\n', ' ')
}
