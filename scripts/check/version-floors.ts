/**
 * The oldest version without a known hole, and why. A registry without an audit service answers nothing, so the lockfile
 * is compared with this list. Look at the advisories once a month.
 */
export const versionFloors: Record<string, { least: string; because: string }> = {
  fastify: {
    least: '5.8.5',
    because: 'CVE-2026-25223, -25224, -3635, -33806: validation skipped by content type',
  },
  ws: { least: '8.21.0', because: 'memory exhausted by tiny fragments; CVE-2024-37890' },
  kysely: {
    least: '0.28.17',
    because: 'CVE-2026-32763, -44635, GHSA-8cpq-38p9-67gx: injection by JSON path',
  },
}
