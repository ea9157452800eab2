import { join } from 'node:path'
import ts from 'typescript'
import { titleOf, type Manifest } from './render.ts'

/** Packages of schemas by API group; Kubernetes's own groups are in the last. */
const CUSTOM_GROUPS: Record<string, string> = {
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'postgresql.cnpg.io': '@kubernetes-models/cloudnative-pg',
}

/** The plugin of CloudNativePG that keeps backups has no package; what matters of its kind is a type of CloudNativePG's. */
const OBJECT_STORE = {
  module:
    '@kubernetes-models/cloudnative-pg/github.com/cloudnative-pg/barman-cloud/pkg/api/BarmanObjectStoreConfiguration',
  model: 'BarmanObjectStoreConfiguration',
}
const isObjectStore = ({ apiVersion, kind }: Manifest): boolean =>
  apiVersion === 'barmancloud.cnpg.io/v1' && kind === 'ObjectStore'

/**
 * What is wrong with objects, by the schemas of Kubernetes and of the operators. Two looks, since each misses what the
 * other sees: validators find wrong types, values and formats and what is missing; the types find fields that do not exist.
 */
export async function schemaFaults(root: string, objects: readonly Manifest[]): Promise<string[]> {
  const known = await Promise.all(objects.map(async (object) => ({ object, fault: await validate(object) })))
  const faults = known.flatMap(({ object, fault }) => (fault ? [`${titleOf(object)}: ${fault}`] : []))
  if (faults.length > 0) return faults
  return typeFaults(root, objects)
}

const moduleOf = ({ apiVersion }: Manifest): string =>
  `${CUSTOM_GROUPS[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models'}/${apiVersion}`

async function validate(object: Manifest): Promise<string | undefined> {
  const { module, model, data } = isObjectStore(object)
    ? { ...OBJECT_STORE, data: (object.spec as { configuration?: unknown } | undefined)?.configuration }
    : { module: moduleOf(object), model: object.kind, data: object }
  const models = (await import(module).catch(() => ({}))) as Record<
    string,
    (new (data: unknown) => { validate(): void }) | undefined
  >
  const Model = models[model]
  if (!Model) return `there is no schema of ${object.apiVersion} ${object.kind}`
  try {
    new Model(data).validate()
    return undefined
  } catch (err) {
    return (err as Error).message
  }
}

function typeOf(object: Manifest): string {
  if (!isObjectStore(object)) return `import('${moduleOf(object)}').I${object.kind}`
  const configuration = `import('${OBJECT_STORE.module}').I${OBJECT_STORE.model}`
  const metadata = `import('@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1').ICluster['metadata']`
  return `{ apiVersion: string; kind: string; metadata: ${metadata}; spec: { retentionPolicy: string; configuration: ${configuration} } }`
}

/** Checks the objects as literals of a program that is never written: TypeScript refuses a field that a literal's type does not know. */
function typeFaults(root: string, objects: readonly Manifest[]): string[] {
  const file = join(root, 'scripts/infra/rendered.ts')
  const starts: number[] = []
  let text = ''
  for (const object of objects) {
    starts.push(text.length)
    text += `export const object${starts.length}: ${typeOf(object)} = ${JSON.stringify(object, undefined, 1)}\n`
  }
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (path) => path === file || fileExists(path)
  host.readFile = (path) => (path === file ? text : readFile(path))
  host.getSourceFile = (path, target, ...rest) =>
    path === file ? ts.createSourceFile(path, text, target, true) : getSourceFile(path, target, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ start = 0, messageText }) => {
    const object = objects[starts.findLastIndex((offset) => offset <= start)]
    return `${object ? titleOf(object) : file}: ${ts.flattenDiagnosticMessageText(messageText, ': ')}`
  })
}
