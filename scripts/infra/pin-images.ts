import { isMap, parseDocument, YAMLSeq } from 'yaml'

/** What `docker buildx bake --metadata-file` writes, as far as it matters here: by target. */
export type BuildMetadata = Record<string, { 'containerimage.digest'?: string }>

/** An overlay's kustomization.yaml with its images as they were built, by digest: a tag may be moved, a digest may not. */
export function pinImages(kustomization: string, built: BuildMetadata): string {
  const document = parseDocument(kustomization)
  const images = document.get('images')
  if (!(images instanceof YAMLSeq)) throw new Error('the overlay has no list of images')
  for (const image of images.items) {
    if (!isMap(image)) throw new Error('an image of the overlay is no map')
    const target = String(image.get('name')).replace(/^parley-/, '')
    const digest = built[target]?.['containerimage.digest']
    if (!/^sha256:[0-9a-f]{64}$/.test(digest ?? '')) throw new Error(`the build names no digest of ${target}`)
    image.delete('newTag')
    image.set('digest', digest)
  }
  return document.toString({ lineWidth: 0 })
}
