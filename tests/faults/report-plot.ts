import { nameOf } from './plan.ts'
import type { Report } from './report.ts'

const WIDTH = 1_000
const LEFT = 50
const PLOT = WIDTH - LEFT - 20
const RATE = { top: 30, height: 160 }
const RECOVERY = { top: 230, height: 160 }
const HEIGHT = 430

/** Two curves over the time of a run: messages acknowledged a second, and how long each fault’s recovery took. */
export function reportPlot({ seed, seconds, acksPerSecond, recoveries }: Report): string {
  const x = (second: number): string => (LEFT + (second / Math.max(1, seconds)) * PLOT).toFixed(1)
  const most = Math.max(1, ...acksPerSecond)
  const longest = Math.max(1, ...recoveries.map(({ messages = 0 }) => messages / 1_000))
  const line = acksPerSecond.map((count, second) => `${x(second)},${up(RATE, count / most)}`).join(' ')
  const dots = recoveries.map(({ at, faults, messages }) => {
    const height = messages === undefined ? 1 : messages / 1_000 / longest
    const fill = messages === undefined ? '#b00' : '#06c'
    const title = `${nameOf(faults)}: ${messages === undefined ? 'never' : `${(messages / 1_000).toFixed(2)} s`}`
    return [
      `<line x1="${x(at)}" x2="${x(at)}" y1="${RATE.top}" y2="${RECOVERY.top + RECOVERY.height}" stroke="#ddd"/>`,
      `<circle cx="${x(at)}" cy="${up(RECOVERY, height)}" r="3" fill="${fill}"><title>${title}</title></circle>`,
    ].join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${dots.join('\n')}
<polyline points="${line}" fill="none" stroke="#080"/>
${frame(RATE, `messages acknowledged a second, seed ${seed}`, most)}
${frame(RECOVERY, 'seconds from the end of a fault until every conversation goes on', longest)}
<text x="${LEFT}" y="${HEIGHT - 15}">0</text>
<text x="${LEFT + PLOT}" y="${HEIGHT - 15}" text-anchor="end">${seconds} s</text>
</svg>
`
}

interface Box {
  top: number
  height: number
}

const up = ({ top, height }: Box, part: number): string => (top + height * (1 - part)).toFixed(1)

function frame({ top, height }: Box, title: string, most: number): string {
  return [
    `<path d="M${LEFT} ${top}V${top + height}H${LEFT + PLOT}" fill="none" stroke="#333"/>`,
    `<text x="${LEFT}" y="${top - 8}">${title}</text>`,
    `<text x="${LEFT - 6}" y="${top + 8}" text-anchor="end">${most < 10 ? most.toFixed(1) : Math.round(most)}</text>`,
    `<text x="${LEFT - 6}" y="${top + height}" text-anchor="end">0</text>`,
  ].join('\n')
}
