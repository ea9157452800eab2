// Who may import whom. Type-only imports count: a type couples two parts as well as a value does.
// scripts/check/boundaries.ts runs this file, and fails when fewer modules than expected were read.

const { readdirSync } = require('node:fs')

const test = '\\.test\\.ts$|/test/'
const source = (folder) => ({ path: `^${folder}`, pathNot: test })

// A handler has the name of its message. Other files beside the handlers hold what several of them share.
const messages = readdirSync(`${__dirname}/packages/protocol/src`, { recursive: true })
  .map((file) => String(file).replaceAll('\\', '/'))
  .flatMap((file) => /^[^/]+\/([a-z-]+)\.ts$/.exec(file)?.[1] ?? [])

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    never(
      'no-cycle',
      'Two files that need each other are one file, or a third is missing.',
      {},
      { circular: true },
    ),
    never('resolvable', 'An import that is not found is not checked either.', {}, { couldNotResolve: true }),
    never(
      'declared',
      'What a package imports stands in its package.json; vitest stands in the root, once.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '/node_modules/vitest/' },
    ),
    never(
      'by-package-name',
      'Another package is imported by its name, so that its exports are its border.',
      { path: '^(packages|apps)/([^/]+)/' },
      {
        path: '^(packages|apps)/',
        pathNot: '^$1/$2/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased'],
      },
    ),

    never(
      'protocol-stands-alone',
      'The protocol runs in browsers and servers: the schema library and nothing else.',
      source('packages/protocol/src/'),
      { pathNot: '^packages/protocol/src/|/node_modules/zod/' },
    ),
    never(
      'client-is-browser-code',
      'The SDK has no dependency and no Node API.',
      source('packages/client/src/'),
      { pathNot: '^packages/(client|protocol)/src/' },
    ),
    never(
      'client-takes-types-only',
      'A value from the protocol would put the schema library in every browser bundle.',
      source('packages/client/src/'),
      { path: '^packages/protocol/', dependencyTypesNot: ['type-only'] },
    ),
    never(
      'react-reads-the-client',
      'Hooks read the client; they own no socket and know no server.',
      source('packages/react/src/'),
      { path: '^(packages/(service-kit|testkit|local-stack)|apps)/' },
    ),
    never('kit-serves-the-apps', 'The kit is below every service.', source('packages/service-kit/src/'), {
      path: '^(apps/|packages/(client|react|testkit|local-stack)/)',
    }),
    never(
      'servers-for-tests-only',
      'local-stack and testkit start servers: for tests, tools and benchmarks.',
      { path: '^(apps/[^/]+|packages/[^/]+)/src/', pathNot: `${test}|^packages/(local-stack|testkit)/` },
      { path: '^packages/(local-stack|testkit)/' },
    ),
    never(
      'local-stack-stands-alone',
      'It starts the services as processes; it does not contain them.',
      source('packages/local-stack/src/'),
      { path: '^(apps/|packages/(client|react|testkit)/)' },
    ),

    never(
      'apps-share-protocol-only',
      'A service asks another by RPC, or keeps a copy fed by events.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    never(
      'apps-know-no-client',
      'Services stand on the other side of the protocol.',
      { path: '^apps/(?!web/)', pathNot: test },
      { path: '^packages/(client|react)/' },
    ),
    never(
      'web-stands-on-the-sdk',
      'The web app has what every front end has: the SDK, and how text is read.',
      { path: '^apps/web/src/', pathNot: test },
      { path: '^(packages|apps)/', pathNot: '^(packages/(client|react|markdown)|apps/web)/src/' },
    ),
    never(
      'features-are-composed',
      'Pages meet in the routes of app/; what several share stands in components/ or beside the features.',
      { path: '^apps/web/src/features/([^/]+)/' },
      { path: '^apps/web/src/(features/(?!$1/)|app/(app|signed-in|shell|navigation)\\.tsx)' },
    ),
    never(
      'components-know-no-feature',
      'What every page is made of.',
      { path: '^apps/web/src/components/' },
      { path: '^apps/web/src/features/' },
    ),
    never(
      'handlers-stand-alone',
      'What two handlers share stands in a file of its own; only their list knows them all.',
      { path: '^apps/([^/]+)/src/handlers/([^/]+)', pathNot: `${test}|/handlers/index\\.ts$` },
      { path: `^apps/$1/src/handlers/(${messages.join('|')})\\.ts$`, pathNot: '^apps/$1/src/handlers/$2' },
    ),
    never(
      'handlers-are-composed',
      'The composition root makes handlers, and gives them what they need.',
      source('apps/[^/]+/src/handlers/'),
      { path: '^apps/[^/]+/src/(service|main)\\.ts$' },
    ),
    never(
      'handlers-read-no-settings',
      'Settings reach a handler as values; it may name their type.',
      source('apps/[^/]+/src/handlers/'),
      { path: '^apps/[^/]+/src/config\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    never('handlers-know-no-bus', 'NATS is behind the kit.', source('apps/[^/]+/src/handlers/'), {
      path: '/node_modules/@nats-io/',
    }),
    never(
      'sql-in-stores-only',
      'SQL stands in store/; the composition root and Deps may name the types.',
      { path: '^apps/[^/]+/src/', pathNot: `${test}|^apps/[^/]+/src/store/` },
      { path: '/node_modules/(kysely|pg)/', dependencyTypesNot: ['type-only'] },
    ),
    never(
      'stores-hold-sql',
      'A query does not know that requests, frames or a bus exist.',
      source('apps/[^/]+/src/store/'),
      {
        path: '^apps/[^/]+/src/|/node_modules/(@nats-io|fastify|@fastify|ws|pino)/',
        pathNot: '^apps/[^/]+/src/store/',
      },
    ),
    never(
      'domain-is-pure',
      'Rules over values, the ids of the protocol and the words of a text: no database, bus, kit, clock or Node API.',
      source('apps/[^/]+/src/domain/'),
      { pathNot: '^apps/[^/]+/src/domain/|^packages/(protocol|markdown)/src/' },
    ),
    never(
      'gateway-holds-nothing',
      'The gateway has no database.',
      { path: '^apps/gateway/' },
      { path: '/node_modules/(kysely|pg)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|apps)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@parley/source', 'types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
  },
}
