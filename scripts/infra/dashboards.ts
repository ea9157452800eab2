import { moreDashboards } from './more-panels.ts'
import { ownDashboards, type Dashboard, type Panel } from './panels.ts'

/** By the name of their file. */
const dashboards: Record<string, Dashboard> = { ...ownDashboards, ...moreDashboards }

const FOLDER = 'infra/base/monitoring/dashboards'
const WIDTH = 12
const HEIGHT = 8

/** Each dashboard as Grafana reads it, by the path of its file. */
export const dashboardFiles = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(dashboards).map(([name, dashboard]) => [
      `${FOLDER}/${name}.json`,
      `${JSON.stringify(grafanaModel(name, dashboard), undefined, 2)}\n`,
    ]),
  )

const queryText = (expr: string): string =>
  expr.replaceAll('NS', 'namespace="$namespace"').replaceAll('[W]', '[$__rate_interval]')

function grafanaModel(name: string, { title, panels }: Dashboard) {
  return {
    uid: `parley-${name}`,
    title,
    tags: ['parley'],
    editable: false,
    schemaVersion: 39,
    timezone: 'utc',
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        {
          name: 'namespace',
          type: 'query',
          datasource: DATASOURCE,
          query: 'label_values(parley_nats_connected, namespace)',
          refresh: 2,
        },
      ],
    },
    panels: panels.map(grafanaPanel),
  }
}

const DATASOURCE = { type: 'prometheus', uid: '$datasource' }

function grafanaPanel({ title, unit = 'short', queries }: Panel, index: number) {
  return {
    id: index + 1,
    title,
    type: 'timeseries',
    datasource: DATASOURCE,
    gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      expr: queryText(expr),
      legendFormat,
    })),
  }
}
