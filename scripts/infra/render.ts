import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findKubectl, readStackConfig } from '@parley/local-stack'
import { parseAllDocuments } from 'yaml'

/** An object of Kubernetes, as far as every kind is alike. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec?: unknown
  data?: Record<string, string>
}

export const overlaysOf = (root: string): string[] => readdirSync(join(root, 'infra/overlays')).toSorted()

/** Every object of an overlay, as kubectl would apply it. */
export async function renderOverlay(root: string, overlay: string): Promise<Manifest[]> {
  const kubectl = await findKubectl(readStackConfig())
  const folder = join(root, 'infra/overlays', overlay)
  const { stdout } = await promisify(execFile)(kubectl, ['kustomize', folder], { maxBuffer: 16 * 1_048_576 })
  return parseAllDocuments(stdout, { uniqueKeys: true }).map((document) => {
    if (document.errors[0]) throw document.errors[0]
    return document.toJS() as Manifest
  })
}

export const titleOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`
