/**
 * What orders count through the SDK's own metrics, as Prometheus sees it: the SDK's exporter adds `_total`. Dashboards
 * and rules hold these names.
 */
export const metricNames = {
  dispositions: 'payments_hook_dispositions_total',
  unannounced: 'payments_unannounced_changes_total',
} as const;
