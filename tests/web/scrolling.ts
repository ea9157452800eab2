import type { Locator } from 'playwright-core'

/** What of a page's elements is used here. */
interface Box {
  top: number
  bottom: number
}
interface Scroller {
  scrollTop: number
  scrollHeight: number
  clientHeight: number
  getBoundingClientRect(): Box
  querySelectorAll(
    selector: string,
  ): Iterable<{ getBoundingClientRect(): Box; checkVisibility(how: object): boolean }>
  ownerDocument: { defaultView: { requestAnimationFrame(then: () => void): void } }
}

export interface Scrolled {
  frames: number
  /** Frames in which some of what was in sight was empty, and how high that was. */
  gaps: { scrollTop: number; px: number }[]
}

/**
 * Scrolls a list to some places of it, and from each on in steps, as fast as the list promises to follow: the rows for the
 * next step are there before it. At each frame, what is in sight must be covered by rows.
 */
export const scrollThrough = (
  list: Locator,
  where: { places: number; steps: number; stepPx: number },
): Promise<Scrolled> =>
  list.evaluate(async (element, { places, steps, stepPx }) => {
    const scroller = element as unknown as Scroller
    const frame = () =>
      new Promise<void>((resolve) => scroller.ownerDocument.defaultView.requestAnimationFrame(resolve))
    /** Between messages stands at most a rule with a day. */
    const BETWEEN_PX = 80
    /** Frames until which the next rows must have come. */
    const MOST_WAITED = 600
    /** The highest part without a message, in sight and a step beyond. */
    const emptyPx = (beyondPx: number) => {
      const { top, bottom } = scroller.getBoundingClientRect()
      const atEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
      const end = bottom + Math.min(beyondPx, Math.max(0, atEnd))
      const rows = [...scroller.querySelectorAll('article')]
        .filter((row) => row.checkVisibility({ visibilityProperty: true }))
        .map((row) => row.getBoundingClientRect())
        .filter((row) => row.bottom > top && row.top < end)
        .sort((a, b) => a.top - b.top)
      const edges = [top, ...rows.flatMap((row) => [row.top, row.bottom]), end]
      let most = 0
      for (let at = 0; at < edges.length; at += 2)
        most = Math.max(most, (edges[at + 1] ?? 0) - (edges[at] ?? 0))
      return most
    }
    const gaps: { scrollTop: number; px: number }[] = []
    let frames = 0
    /** Waits for the rows of the next step. Where one has only just been put, those in sight have still to come too. */
    const settle = async (isStep: boolean) => {
      for (let waited = 0; waited < MOST_WAITED; waited += 1) {
        await frame()
        frames += 1
        const px = emptyPx(0)
        if (isStep && px > BETWEEN_PX) gaps.push({ scrollTop: scroller.scrollTop, px })
        if (emptyPx(stepPx) <= BETWEEN_PX) return true
      }
      gaps.push({ scrollTop: scroller.scrollTop, px: emptyPx(stepPx) })
      return false
    }
    for (let place = 0; place < places; place += 1) {
      scroller.scrollTop = ((scroller.scrollHeight - scroller.clientHeight) * place) / places
      if (!(await settle(false))) return { frames, gaps }
      for (let step = 0; step < steps; step += 1) {
        scroller.scrollTop += stepPx
        if (!(await settle(true))) return { frames, gaps }
      }
    }
    return { frames, gaps }
  }, where)
