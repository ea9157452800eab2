import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
]
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** A Chromium of this machine: that of CHROMIUM_BIN, Debian's, or any other that is installed. */
function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['CHROMIUM_BIN']) {
    if (existsSync(env['CHROMIUM_BIN'])) return env['CHROMIUM_BIN']
    throw new Error(`CHROMIUM_BIN is ${env['CHROMIUM_BIN']}, where there is nothing`)
  }
  const folders = ['/usr/bin', ...(env['PATH'] ?? '').split(delimiter)]
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...places].find((file) => existsSync(file))
}

const executablePath = findChromium()

/** Whether tests in a browser can run. Where they must, on a CI machine, it is an error that they cannot. */
export const hasChromium = executablePath !== undefined
if (!hasChromium) {
  const what = 'no Chromium: install one, or say where it is in CHROMIUM_BIN'
  if (process.env['CI']) throw new Error(what)
  process.stdout.write(`tests in a browser are skipped: ${what}\n`)
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
