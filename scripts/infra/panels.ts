// What the dashboards show. `NS` in a query stands for the namespace that is looked at, `W` for the time between two points.

/** A query, and what its series are called. */
export type Query = readonly [expr: string, legend: string]

export interface Panel {
  title: string
  /** As Grafana names it. */
  unit?: 'short' | 's' | 'bytes' | 'percentunit' | 'ops' | 'reqps'
  queries: readonly Query[]
}

export interface Dashboard {
  title: string
  panels: readonly Panel[]
}

const percentile = (metric: string, by = ''): string =>
  `histogram_quantile(0.99, sum by (le${by && `, ${by}`}) (rate(${metric}_bucket{NS}[W])))`

const failed = (level: string): Query => [`parley:${level}_failed:ratio_rate1h{NS}`, level]

const overview: Dashboard = {
  title: 'Parley',
  panels: [
    { title: 'People present', queries: [['sum(parley_presence_people{NS})', 'present']] },
    { title: 'Open sockets', queries: [['sum(parley_sockets{NS})', 'sockets']] },
    {
      title: 'Messages a second',
      unit: 'ops',
      queries: [['sum(rate(parley_messages_total{NS}[W]))', 'messages']],
    },
    {
      title: 'Part that failed within the last hour, by service level',
      unit: 'percentunit',
      queries: [failed('sends'), failed('requests'), failed('deliveries'), failed('connects')],
    },
    {
      title: 'From commit to sockets, 99 %',
      unit: 's',
      queries: [[percentile('parley_delivery_seconds'), 'delivery']],
    },
    {
      title: 'What people do an hour',
      queries: [
        ['3600 * sum(rate(auth_registrations_total{NS}[W]))', 'register'],
        ['3600 * sum(rate(parley_likes_total{NS}[W]))', 'like'],
        ['3600 * sum(rate(parley_matches_total{NS}[W]))', 'match'],
        ['3600 * sum(rate(parley_first_messages_total{NS}[W]))', 'write first'],
      ],
    },
    {
      title: 'Answers by code a second',
      unit: 'ops',
      queries: [['sum by (code) (rate(parley_rpc_seconds_count{NS}[W]))', '{{code}}']],
    },
    {
      title: 'Parts that are not ready',
      queries: [['sum by (service, part) (1 - parley_part_ready{NS})', '{{service}} {{part}}']],
    },
  ],
}

const gateway: Dashboard = {
  title: 'Parley: gateways',
  panels: [
    { title: 'Sockets', queries: [['sum by (pod) (parley_sockets{NS})', '{{pod}}']] },
    {
      title: 'People with a socket, and people they watch',
      queries: [
        ['sum(parley_people{NS})', 'people'],
        ['sum(parley_watched_people{NS})', 'watched'],
      ],
    },
    {
      title: 'Requests for a socket',
      unit: 'reqps',
      queries: [['sum by (result) (rate(parley_upgrades_total{NS}[W]))', '{{result}}']],
    },
    {
      title: 'Sessions',
      unit: 'ops',
      queries: [['sum by (result) (rate(parley_sessions_total{NS}[W]))', '{{result}}']],
    },
    {
      title: 'Closes by code',
      unit: 'ops',
      queries: [['sum by (code) (rate(parley_socket_closes_total{NS}[W]))', '{{code}}']],
    },
    {
      title: 'Frames in and out',
      unit: 'ops',
      queries: [
        ['sum by (class) (rate(parley_frames_in_total{NS}[W]))', 'in: {{class}}'],
        ['sum by (class) (rate(parley_frames_out_total{NS}[W]))', 'out: {{class}}'],
        ['sum(rate(parley_frames_dropped_total{NS}[W]))', 'dropped'],
      ],
    },
    {
      title: 'What frames ask for',
      unit: 'ops',
      queries: [['sum by (type, outcome) (rate(parley_commands_total{NS}[W]))', '{{type}} {{outcome}}']],
    },
    {
      title: 'Over the bus and back, 99 %',
      unit: 's',
      queries: [[percentile('parley_forward_seconds', 'rpc'), '{{rpc}}']],
    },
    {
      title: 'HTTP by status',
      unit: 'reqps',
      queries: [['sum by (status) (rate(parley_http_seconds_count{NS}[W]))', '{{status}}']],
    },
    {
      title: 'HTTP by route, 99 %',
      unit: 's',
      queries: [[percentile('parley_http_seconds', 'route'), '{{route}}']],
    },
    {
      title: 'Sockets that lag',
      queries: [['sum by (pod) (parley_lagging_sockets{NS})', '{{pod}}']],
    },
    {
      title: 'Bytes that they have not taken',
      unit: 'bytes',
      queries: [['sum by (pod) (parley_backlog_bytes{NS})', '{{pod}}']],
    },
    {
      title: 'Refused by a limit',
      unit: 'ops',
      queries: [['sum by (rule) (rate(ratelimit_rejections_total{NS}[W]))', '{{rule}}']],
    },
    {
      title: 'Event loop, 99 %',
      unit: 's',
      queries: [['max by (service, pod) (nodejs_eventloop_lag_p99_seconds{NS})', '{{service}} {{pod}}']],
    },
  ],
}

const messaging: Dashboard = {
  title: 'Parley: messaging',
  panels: [
    {
      title: 'Messages and edits',
      unit: 'ops',
      queries: [
        ['sum(rate(parley_messages_total{NS}[W]))', 'messages'],
        ['sum(rate(parley_edits_total{NS}[W]))', 'edits'],
      ],
    },
    {
      title: 'Answers, 99 %',
      unit: 's',
      queries: [
        [
          'histogram_quantile(0.99, sum by (le, rpc) (rate(parley_rpc_seconds_bucket{NS,service="messaging"}[W])))',
          '{{rpc}}',
        ],
      ],
    },
    {
      title: 'Lanes',
      queries: [
        ['max(parley_lanes{NS})', 'there are'],
        ['sum by (pod) (parley_lanes_owned{NS})', '{{pod}}'],
      ],
    },
    {
      title: 'Operations in a batch',
      queries: [
        [
          'sum(rate(parley_lane_batch_operations_sum{NS}[W])) / sum(rate(parley_lane_batch_operations_count{NS}[W]))',
          'mean',
        ],
      ],
    },
    { title: 'A batch, 99 %', unit: 's', queries: [[percentile('parley_lane_batch_seconds'), 'batch']] },
    {
      title: 'Operations that wait',
      queries: [['sum by (pod) (parley_lane_waiting_operations{NS})', '{{pod}}']],
    },
    {
      title: 'Committed and not published',
      unit: 's',
      queries: [['max by (service) (parley_outbox_lag_seconds{NS})', '{{service}}']],
    },
    {
      title: 'How much of it',
      queries: [['max by (service) (parley_outbox_pending{NS})', '{{service}}']],
    },
    {
      title: 'Conversations opened an hour',
      queries: [['3600 * sum by (kind) (rate(parley_conversations_opened_total{NS}[W]))', '{{kind}}']],
    },
    {
      title: 'Notifications',
      unit: 'ops',
      queries: [
        ['sum by (type) (rate(parley_notifications_made_total{NS}[W]))', 'made: {{type}}'],
        ['sum by (type) (rate(parley_notifications_pushed_total{NS}[W]))', 'told live: {{type}}'],
      ],
    },
    { title: 'Notification jobs', queries: [['max(parley_notification_jobs_open{NS})', 'open']] },
    {
      title: 'Events of other services',
      unit: 'ops',
      queries: [
        [
          'sum by (service, from, result) (rate(parley_events_total{NS}[W]))',
          '{{service}} of {{from}}: {{result}}',
        ],
      ],
    },
    {
      title: 'Events that wait',
      queries: [['max by (service, from) (parley_events_pending{NS})', '{{service}} of {{from}}']],
    },
  ],
}

export const ownDashboards = { overview, gateway, messaging }
