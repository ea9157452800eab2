import { dialects, type Channel, type Dialect } from '@parley/protocol'

/** Where a legacy socket was opened. */
export interface LegacyPlace {
  dialect: Dialect
  channel: Channel
  /** As the path names it; 0 for what cannot be an id, null where the path is not about one. */
  conversation_id: number | null
}

interface Route extends Omit<LegacyPlace, 'conversation_id'> {
  /** Without the trailing slash. */
  path: string
  pattern: RegExp
  isRootDefault: boolean
}

const PARAMETER = '{conversation_id}'

const routes: readonly Route[] = Object.values(dialects).flatMap((dialect) =>
  dialect.sockets.map(({ path, channel, isRootDefault }) => ({
    ...{ dialect, channel, isRootDefault },
    path: path.replace(/\/$/, ''),
    pattern: new RegExp(`^${path.replace(/\/$/, '').replace(PARAMETER, '(?<id>[^/]+)')}/?$`),
  })),
)

/** Every path that some dialect has, as the HTTP server writes it. */
export const legacyPaths: readonly string[] = [
  ...new Set(
    routes.flatMap(({ path, dialect }) => {
      const written = path.replace(PARAMETER, ':conversation_id')
      return [written, `/${dialect.name}${written}`]
    }),
  ),
]

/** What socket an address means; undefined where no dialect has one. At the root, `?dialect=` chooses. */
export function findLegacyPlace(url: string): LegacyPlace | undefined {
  const [path = '', query = ''] = url.split('?', 2)
  const based = routes.find(({ dialect }) => path.startsWith(`/${dialect.name}/`))?.dialect
  if (based) return match(path.slice(based.name.length + 1), ({ dialect }) => dialect === based)
  const chosen = new URLSearchParams(query).get('dialect')
  return match(path, ({ dialect, isRootDefault }) =>
    chosen === null ? isRootDefault : dialect.name === chosen,
  )
}

function match(path: string, isIt: (route: Route) => boolean): LegacyPlace | undefined {
  for (const route of routes) {
    const found = isIt(route) ? route.pattern.exec(path) : null
    if (!found) continue
    const { dialect, channel } = route
    const id = found.groups?.['id']
    return { dialect, channel, conversation_id: id === undefined ? null : toId(id) }
  }
  return undefined
}

function toId(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : 0
  return Number.isSafeInteger(id) ? id : 0
}
