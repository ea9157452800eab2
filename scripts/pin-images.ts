/** Writes the digests of the images that were built into an overlay: `scripts/pin-images.ts prod metadata.json`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pinImages, type BuildMetadata } from './infra/pin-images.ts'

const [overlay, metadata] = process.argv.slice(2)
if (overlay === undefined || metadata === undefined) {
  console.error('usage: scripts/pin-images.ts <overlay> <file that docker buildx bake --metadata-file wrote>')
  process.exit(1)
}
const file = fileURLToPath(new URL(`../infra/overlays/${overlay}/kustomization.yaml`, import.meta.url))
const built = JSON.parse(readFileSync(metadata, 'utf8')) as BuildMetadata
writeFileSync(file, pinImages(readFileSync(file, 'utf8'), built))
