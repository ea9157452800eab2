import type { Dashboard } from './panels.ts'

const people: Dashboard = {
  title: 'Parley: auth and matching',
  panels: [
    {
      title: 'Registrations and log-ins',
      unit: 'ops',
      queries: [
        ['sum(rate(auth_registrations_total{NS}[W]))', 'registered'],
        ['sum by (result) (rate(auth_logins_total{NS}[W]))', 'log-in {{result}}'],
        ['sum by (result) (rate(auth_exchanges_total{NS}[W]))', 'outside token {{result}}'],
      ],
    },
    {
      title: 'Passwords that wait to be hashed',
      queries: [['sum by (pod) (hash_queue_depth{NS})', '{{pod}}']],
    },
    {
      title: 'Refresh tokens that came again',
      queries: [['sum(increase(auth_refresh_reuse_total{NS}[1h]))', 'within an hour']],
    },
    {
      title: 'Keys of outside issuers fetched',
      unit: 'ops',
      queries: [['sum by (result) (rate(auth_issuer_key_fetches_total{NS}[W]))', '{{result}}']],
    },
    {
      title: 'Choices',
      unit: 'ops',
      queries: [
        ['sum(rate(parley_likes_total{NS}[W]))', 'like'],
        ['sum(rate(parley_passes_total{NS}[W]))', 'pass'],
        ['sum(rate(parley_undone_total{NS}[W]))', 'undo'],
      ],
    },
    {
      title: 'Matches',
      unit: 'ops',
      queries: [
        ['sum(rate(parley_matches_total{NS}[W]))', 'made'],
        ['sum(rate(parley_unmatches_total{NS}[W]))', 'ended'],
      ],
    },
    {
      title: 'Blocks and reports an hour',
      queries: [
        ['3600 * sum(rate(parley_blocks_total{NS}[W]))', 'blocks'],
        ['3600 * sum(rate(parley_reports_total{NS}[W]))', 'reports'],
      ],
    },
    {
      title: 'Answers, 99 %',
      unit: 's',
      queries: [
        [
          'histogram_quantile(0.99, sum by (le, rpc) (rate(parley_rpc_seconds_bucket{NS,service=~"auth|matching"}[W])))',
          '{{rpc}}',
        ],
      ],
    },
  ],
}

const servers: Dashboard = {
  title: 'Parley: NATS and Postgres',
  panels: [
    {
      title: 'Processes that have NATS, and how often they found it again',
      queries: [
        ['sum by (service) (parley_nats_connected{NS})', '{{service}}'],
        [
          'sum by (service) (increase(parley_nats_reconnects_total{NS}[1h]))',
          '{{service}} again, within an hour',
        ],
      ],
    },
    { title: 'NATS: connections', queries: [['sum by (pod) (gnatsd_varz_connections{NS})', '{{pod}}']] },
    {
      title: 'NATS: messages',
      unit: 'ops',
      queries: [
        ['sum(rate(gnatsd_varz_in_msgs{NS}[W]))', 'in'],
        ['sum(rate(gnatsd_varz_out_msgs{NS}[W]))', 'out'],
        ['sum(rate(gnatsd_varz_slow_consumers{NS}[W]))', 'cut off as too slow'],
      ],
    },
    {
      title: 'NATS: part of the store in use',
      unit: 'percentunit',
      queries: [
        [
          'max by (pod) (jetstream_server_total_message_bytes{NS}) / max by (pod) (jetstream_server_max_storage{NS})',
          '{{pod}}',
        ],
      ],
    },
    {
      title: 'NATS: streams',
      unit: 'bytes',
      queries: [['max by (stream_name) (jetstream_stream_total_bytes{NS})', '{{stream_name}}']],
    },
    {
      title: 'Pools: connections in use, and queries that wait',
      queries: [
        ['sum by (service) (parley_db_connections{NS,state="busy"})', '{{service}} busy'],
        ['sum by (service) (parley_db_connections_max{NS})', '{{service}} at most'],
        ['sum by (service) (parley_db_waiting{NS})', '{{service}} wait'],
      ],
    },
    {
      title: 'Postgres: instances and standbys',
      queries: [
        ['sum(cnpg_collector_up{NS})', 'instances'],
        ['max(cnpg_pg_replication_streaming_replicas{NS})', 'standbys that stream'],
      ],
    },
    {
      title: 'Postgres: how far standbys are behind',
      unit: 's',
      queries: [['max by (pod) (cnpg_pg_replication_lag{NS})', '{{pod}}']],
    },
    {
      title: 'Postgres: connections',
      queries: [['sum by (pod, state) (cnpg_backends_total{NS})', '{{pod}} {{state}}']],
    },
    {
      title: 'Postgres: transactions',
      unit: 'ops',
      queries: [
        ['sum(rate(cnpg_pg_stat_database_xact_commit{NS}[W]))', 'committed'],
        ['sum(rate(cnpg_pg_stat_database_xact_rollback{NS}[W]))', 'rolled back'],
      ],
    },
    {
      title: 'Postgres: size',
      unit: 'bytes',
      queries: [['max by (datname) (cnpg_pg_database_size_bytes{NS})', '{{datname}}']],
    },
    {
      title: 'Volumes: part that is free',
      unit: 'percentunit',
      queries: [
        [
          'min by (persistentvolumeclaim) (kubelet_volume_stats_available_bytes{NS} / kubelet_volume_stats_capacity_bytes{NS})',
          '{{persistentvolumeclaim}}',
        ],
      ],
    },
  ],
}

export const moreDashboards = { people, servers }
