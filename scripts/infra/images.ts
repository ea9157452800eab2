import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What an image runs by itself, and as whom. */
export interface Image {
  base: string
  user: string
  workdir: string
  entrypoint: string[]
}

const DOCKERFILE = 'infra/docker/Dockerfile'

export const dockerfileText = (root: string): string => readFileSync(join(root, DOCKERFILE), 'utf8')

/** The last stages of the Dockerfile by name: those that no other stage is made from. */
export function imagesOf(root: string): Record<string, Image> {
  const stages = dockerfileText(root)
    .split(/^(?=FROM )/m)
    .slice(1)
    .map((text) => {
      const [, base = '', name = ''] = /^FROM (\S+) AS (\S+)/.exec(text) ?? []
      return { base, name, text }
    })
  const last = stages.filter(({ name }) =>
    stages.every(({ base, text }) => base !== name && !text.includes(`--from=${name} `)),
  )
  return Object.fromEntries(
    last.map(({ base, name, text }) => {
      const parents = stages.filter((stage) => stage.name === base)
      const own = [...parents.map((parent) => parent.text), text].join('\n')
      const image: Image = {
        base: parents[0]?.base ?? base,
        user: lastOf(own, 'USER'),
        workdir: lastOf(own, 'WORKDIR'),
        entrypoint: JSON.parse(lastOf(own, 'ENTRYPOINT')) as string[],
      }
      return [name, image]
    }),
  )
}

const lastOf = (text: string, instruction: string): string =>
  [...text.matchAll(new RegExp(`^${instruction} (.+)$`, 'gm'))].at(-1)?.[1] ?? ''
