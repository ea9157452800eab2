import type { System } from '@parley/local-stack'

/** One line of `/metrics`: a series and what it stands at. */
export interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

/** The pages of figures of all processes of a system. One that fails or is missing is an error. */
export async function scrapePages(system: System): Promise<string[]> {
  const { processes } = await system.state()
  // What nats-server has there speaks another language.
  const ports = processes.flatMap(({ name, probe_port }) => (name === 'nats' ? [] : (probe_port ?? [])))
  return Promise.all(
    ports.map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`)
      if (!response.ok) throw new Error(`/metrics on port ${port} answered ${response.status}`)
      return response.text()
    }),
  )
}

/** What all processes of a system count now. */
export const scrape = async (system: System): Promise<Sample[]> =>
  (await scrapePages(system)).flatMap(readSamples)

/** Names under which queries find what a page declares, whether it has been counted yet or not. */
export function declaredNames(page: string): string[] {
  return [...page.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  )
}

export function readSamples(page: string): Sample[] {
  return page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      if (name === '') throw new Error(`not a sample: ${line}`)
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text])
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }
    })
}

/** The sum of the series that have these labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
  )
  if (found.length === 0) throw new Error(`there is no ${name} with ${JSON.stringify(labels)}`)
  return found.reduce((sum, { value }) => sum + value, 0)
}
