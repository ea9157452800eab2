import { selects, workloadsOf, type Selector } from './pods.ts'
import type { Manifest } from './render.ts'

interface Peer {
  podSelector?: Selector
  namespaceSelector?: Selector
  ipBlock?: { cidr: string }
}

interface Rule {
  from?: Peer[]
  to?: Peer[]
  ports?: { port: number }[]
}

interface PolicySpec {
  podSelector: Selector
  policyTypes: string[]
  ingress?: Rule[]
  egress?: Rule[]
}

interface Place {
  name: string
  labels: Record<string, string>
}

/** The operator gives its pods this label. */
const POSTGRES: Place = { name: 'postgres', labels: { 'cnpg.io/cluster': 'postgres' } }

const NAMESPACE = 'kubernetes.io/metadata.name'

export interface Arrows {
  /** `from → to:port`, as the side that is called allows it. */
  ingress: string[]
  /** The same, as the side that calls allows it. */
  egress: string[]
}

/** Who may speak with whom by the network policies. A namespace other than the installation's own stands for what is in it. */
export function arrowsOf(objects: readonly Manifest[]): Arrows {
  const places = [...workloadsOf(objects), POSTGRES]
  const policies = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as PolicySpec)
  const arrows = (side: 'ingress' | 'egress', arrow: (place: string, peer: string) => string) =>
    policies.flatMap(({ podSelector, [side]: rules = [] }) =>
      places
        .filter(({ labels }) => selects(podSelector, labels))
        .flatMap(({ name }) =>
          rules.flatMap((rule) =>
            peersOf(rule, places).flatMap((peer) =>
              portsOf(rule).map((port) => `${arrow(name, peer)}:${port}`),
            ),
          ),
        ),
    )
  return {
    ingress: sorted(arrows('ingress', (place, peer) => `${peer} → ${place}`)),
    egress: sorted(arrows('egress', (place, peer) => `${place} → ${peer}`)),
  }
}

/** Pods for which nothing is forbidden: no policy closes both of their sides. */
export function openPlaces(objects: readonly Manifest[]): string[] {
  const policies = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as PolicySpec)
  return [...workloadsOf(objects), POSTGRES]
    .filter(({ labels }) =>
      ['Ingress', 'Egress'].some(
        (type) =>
          !policies.some(
            ({ podSelector, policyTypes }) => policyTypes.includes(type) && selects(podSelector, labels),
          ),
      ),
    )
    .map(({ name }) => name)
}

/** A rule that names nobody means everybody. */
function peersOf({ from, to }: Rule, places: readonly Place[]): string[] {
  const peers = from ?? to ?? []
  if (peers.length === 0) return ['anybody']
  return peers.flatMap(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) return [ipBlock.cidr]
    if (namespaceSelector) return [namespaceSelector.matchLabels?.[NAMESPACE] ?? 'any namespace']
    return places.filter(({ labels }) => selects(podSelector, labels)).map(({ name }) => name)
  })
}

const portsOf = ({ ports = [] }: Rule): (number | 'any port')[] =>
  ports.length === 0 ? ['any port'] : ports.map(({ port }) => port)

const sorted = (arrows: string[]): string[] => [...new Set(arrows)].toSorted()
