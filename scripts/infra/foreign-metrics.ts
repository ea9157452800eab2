/**
 * Metrics that are not Parley's, by who makes them, as far as rules and dashboards read them. They are taken from the
 * sources of these programs: no cluster is there to ask.
 */
export const foreignMetrics: Record<string, readonly string[]> = {
  // prometheus-nats-exporter 0.20
  'the exporter beside NATS': [
    'gnatsd_healthz_status_value',
    'gnatsd_varz_connections',
    'gnatsd_varz_in_msgs',
    'gnatsd_varz_out_msgs',
    'gnatsd_varz_slow_consumers',
    'jetstream_server_max_storage',
    'jetstream_server_total_message_bytes',
    'jetstream_stream_total_bytes',
  ],
  // CloudNativePG 1.26
  'the operator of Postgres': [
    'cnpg_backends_total',
    'cnpg_collector_up',
    'cnpg_pg_database_size_bytes',
    'cnpg_pg_database_xid_age',
    'cnpg_pg_replication_lag',
    'cnpg_pg_replication_streaming_replicas',
    'cnpg_pg_settings_setting',
    'cnpg_pg_stat_database_xact_commit',
    'cnpg_pg_stat_database_xact_rollback',
  ],
  // Its Barman Cloud plugin 0.11; those of the operator itself stand still where it is used.
  'the plugin that backs Postgres up': ['barman_cloud_cloudnative_pg_io_last_available_backup_timestamp'],
  Kubernetes: ['kubelet_volume_stats_available_bytes', 'kubelet_volume_stats_capacity_bytes'],
  'cert-manager': ['certmanager_certificate_expiration_timestamp_seconds'],
}
