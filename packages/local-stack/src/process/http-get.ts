import { get } from 'node:http'

const TIMEOUT_MS = 2_000
const BODY_CHARS = 100_000

/** The body of a 200; anything else rejects with the status and what was said. Leaves no connection open. */
export function httpGet(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body = (body + chunk).slice(0, BODY_CHARS)))
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(`${response.statusCode} ${body.slice(0, 300)}`))
      })
    })
    request.once('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
    request.once('error', reject)
  })
}
