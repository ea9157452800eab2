import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Window, type HTMLElement } from 'happy-dom'
import { rolldown, type Plugin } from 'rolldown'

/** Sources by their path, as the client's own imports name them; `main.jsx` is what runs first. */
export type Sources = Readonly<Record<string, string>>

/**
 * A page of a browser that runs one script. It has a DOM, a storage and real sockets, which say as a browser does what page they
 * belong to, and nothing of this process.
 */
export interface Page extends AsyncDisposable {
  /** What the script has put on `globalThis`. */
  get<T>(name: string): T
  /** What was logged, as the first argument and the rest. */
  readonly logged: readonly [text: string, ...rest: unknown[]][]
  find(selector: string): HTMLElement
  count(selector: string): number
  /** All text that is shown. */
  text(selector?: string): string
  type(selector: string, text: string): void
  click(selector: string): void
}

const ORIGIN = 'http://localhost:3000/'

/** One script of all that is imported. */
export async function bundle(sources: Sources, define: Record<string, string> = {}): Promise<string> {
  const build = await rolldown({
    input: 'main.jsx',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    plugins: [fromSources(sources)],
    transform: { jsx: 'react', define: { 'process.env.NODE_ENV': '"production"', ...define } },
    logLevel: 'silent',
  })
  const { output } = await build.generate({ format: 'iife' })
  return output[0].code
}

/** Packages come from where they are installed; all else from the sources. */
function fromSources(sources: Sources): Plugin {
  const pathOf = (name: string): string | undefined =>
    ['', '.js', '.jsx', '.ts'].map((extension) => name + extension).find((path) => path in sources)
  return {
    name: 'sources',
    resolveId: (id, importer) => {
      const from = importer?.startsWith('\0') === true ? posix.dirname(importer.slice(1)) : '.'
      const path = pathOf(posix.join(from, id)) ?? pathOf(id)
      return path === undefined ? null : `\0${path}`
    },
    load: (id) => {
      const path = id.startsWith('\0') ? id.slice(1) : ''
      const code = sources[path]
      return code === undefined ? null : { code, moduleType: path.endsWith('.ts') ? 'ts' : 'jsx' }
    },
  }
}

export function openPage(script: string, stored: Record<string, string> = {}): Page {
  const window = new Window({
    url: ORIGIN,
    settings: { enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true },
  })
  const logged: [string, ...unknown[]][] = []
  for (const level of ['log', 'error'] as const)
    window.console[level] = (...said: unknown[]) => void logged.push([String(said[0]), ...said.slice(1)])
  for (const [key, value] of Object.entries(stored)) window.localStorage.setItem(key, value)
  window.eval(script)

  const find = (selector: string): HTMLElement => {
    const found = window.document.querySelector(selector)
    if (!found) throw new Error(`nothing on the page is ${selector}: ${window.document.body.innerHTML}`)
    return found as HTMLElement
  }
  return {
    logged,
    find,
    get: <T>(name: string) => Reflect.get(window, name) as T,
    count: (selector) => window.document.querySelectorAll(selector).length,
    text: (selector = 'body') => find(selector).textContent,
    type: (selector, text) => {
      const input = find(selector)
      // As the browser does, past the property by which React watches for changes of its own.
      Reflect.set(Object.getPrototypeOf(input) as object, 'value', text, input)
      input.dispatchEvent(new window.Event('input', { bubbles: true }))
    },
    click: (selector) => find(selector).click(),
    [Symbol.asyncDispose]: () => window.happyDOM.close(),
  }
}
