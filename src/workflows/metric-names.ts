/** The metrics that orders count through the SDK, by their names in Prometheus, where the SDK's exporter adds `_total`. */
export const metricNames = {
  dispositions: 'payments_hook_dispositions_total',
  unannounced: 'payments_unannounced_changes_total',
} as const;
