import { metricNames } from '../workflows/metric-names.ts';

/** One metric. `source` is the process that exports it; `worker, SDK` is the page of the Temporal SDK. */
export interface Definition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
  readonly source: 'api' | 'worker' | 'worker, SDK';
}

/** Every metric of this project. A test compares it with the table in docs/observe.md. */
export const catalog = {
  hooks: {
    name: 'payments_hooks_total',
    type: 'counter',
    help: 'Hooks that were answered, by the status of the answer; account is "unknown" for an address that is nobody\'s',
    labels: ['account', 'status'],
    source: 'api',
  },
  http: {
    name: 'payments_http_request_duration_seconds',
    type: 'histogram',
    help: 'From the arrival of a request to the end of its answer, by the pattern of its route',
    labels: ['method', 'route', 'status'],
    // Hooks take milliseconds, lists a second, and long polls up to a minute.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10, 60],
    source: 'api',
  },
  orders: {
    name: 'payments_orders',
    type: 'gauge',
    help: 'Orders whose workflow runs, by status',
    labels: ['status'],
    source: 'api',
  },
  oldestPending: {
    name: 'payments_oldest_pending_age_seconds',
    type: 'gauge',
    help: 'Age of the oldest order in the status pending, 0 where there is none',
    labels: ['account'],
    source: 'api',
  },
  escalations: {
    name: 'payments_escalations',
    type: 'gauge',
    help: 'Open escalations, by their oldest reason and by whether somebody has taken them on',
    labels: ['account', 'reason', 'state'],
    source: 'api',
  },
  countedAt: {
    name: 'payments_orders_counted_timestamp_seconds',
    type: 'gauge',
    help: 'When payments_orders, payments_oldest_pending_age_seconds and payments_escalations were last counted',
    labels: [],
    source: 'api',
  },
  reads: {
    name: 'payments_read_duration_seconds',
    type: 'histogram',
    help: 'Requests to providers that read a payment, by what they came to',
    labels: ['account', 'provider', 'outcome'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    source: 'worker',
  },
  alerts: {
    name: 'payments_alerts_total',
    type: 'counter',
    help: 'Attempts to send an alert, by the kind of the channel; outcome is "sent" or "failed"',
    labels: ['channel', 'outcome'],
    source: 'worker',
  },
  rejectedAccounts: {
    name: 'payments_account_left_alone',
    type: 'gauge',
    help: "1 while this worker's circuit breaker for the account is open, since none of its orders can be read",
    labels: ['account', 'fault'],
    source: 'worker',
  },
  compared: {
    name: 'payments_compared_orders_total',
    type: 'counter',
    help: 'Orders that were compared with what their provider says, by what came of it',
    labels: ['account', 'result'],
    source: 'worker',
  },
  swept: {
    name: 'payments_swept_orders_total',
    type: 'counter',
    help: 'Orders that a sweep found in trouble, by what it found: nobody looked after them, late, or failing',
    labels: ['account', 'found'],
    source: 'worker',
  },
  dispositions: {
    name: metricNames.dispositions,
    type: 'counter',
    help: 'What became of hooks',
    labels: ['account', 'provider', 'disposition'],
    source: 'worker, SDK',
  },
  unannounced: {
    name: metricNames.unannounced,
    type: 'counter',
    help: 'Changes that a read found and no hook had told of',
    labels: ['account', 'provider'],
    source: 'worker, SDK',
  },
} as const satisfies Record<string, Definition>;
