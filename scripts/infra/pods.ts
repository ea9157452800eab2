import type { Manifest } from './render.ts'

interface Env {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: { name: string; key: string }; fieldRef?: { fieldPath: string } }
}

export interface Probe {
  httpGet: { path: string; port: string }
}

export interface Container {
  name: string
  image: string
  command?: string[]
  args?: string[]
  env?: Env[]
  ports: { name: string; containerPort: number }[]
  volumeMounts: { name: string; mountPath: string }[]
  securityContext: Record<string, unknown>
  resources: { requests: Record<string, string>; limits: Record<string, string> }
  startupProbe: Probe
  livenessProbe: Probe
  readinessProbe: Probe
  lifecycle?: { preStop: { sleep?: { seconds: number } } }
}

interface Volume {
  name: string
  secret?: { secretName: string; items: { key: string; path: string }[] }
  configMap?: { name: string }
  emptyDir?: unknown
}

export interface PodSpec {
  /** What the pods are for; others beside it read its figures. */
  containers: [Container, ...Container[]]
  initContainers?: Container[]
  volumes: Volume[]
  securityContext: Record<string, unknown>
  serviceAccountName: string
  automountServiceAccountToken: boolean
  enableServiceLinks: boolean
  terminationGracePeriodSeconds: number
  topologySpreadConstraints: { topologyKey: string; matchLabelKeys?: string[] }[]
}

/** Pods of one kind: those of a Deployment or StatefulSet. */
export interface Workload {
  name: string
  kind: string
  labels: Record<string, string>
  pod: PodSpec
}

type Given = Omit<Container, 'ports'> & Partial<Pick<Container, 'ports'>>

interface Templated {
  template: {
    metadata: { labels: Record<string, string> }
    spec: Omit<PodSpec, 'containers'> & { containers: Given[] }
  }
}

export function workloadsOf(objects: readonly Manifest[]): Workload[] {
  return objects
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].includes(kind))
    .map(({ kind, metadata, spec }) => {
      const { template } = spec as Templated
      // A Job has no ports.
      const containers = template.spec.containers.map((one) => ({ ...one, ports: one.ports ?? [] }))
      const pod = { ...template.spec, containers: containers as [Container] }
      return { name: metadata.name, kind, labels: template.metadata.labels, pod }
    })
}

export const servicesOf = (objects: readonly Manifest[]): Workload[] =>
  workloadsOf(objects).filter(({ labels }) => labels['app.kubernetes.io/component'] === 'service')

/** What runs once, before a release. */
export const jobsOf = (objects: readonly Manifest[]): Workload[] =>
  workloadsOf(objects).filter(({ kind }) => kind === 'Job')

/** What a container finds in its environment; what comes from a Secret or the pod is named by where it comes from. */
export function environmentOf({ env = [] }: Container): Record<string, string> {
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      const { secretKeyRef, fieldRef } = valueFrom ?? {}
      const from = secretKeyRef ? `${secretKeyRef.name}.${secretKeyRef.key}` : fieldRef?.fieldPath
      return [name, value ?? from ?? '']
    }),
  )
}

/** Whether a selector of labels, as policies and budgets have them, means these labels. */
export function selects(selector: Selector | undefined, labels: Record<string, string>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`${operator} is not known here`)
      return values.includes(labels[key] ?? '')
    })
  )
}

export interface Selector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values: string[] }[]
}
