/** Attributes of our own; docs/observe.md has the same table, and a test holds one against the other. */
export const attributes = {
  account: 'payments.account',
  provider: 'payments.provider',
  order: 'payments.order',
  hook: 'payments.hook',
  readAttempt: 'payments.read.attempt',
  isReadAtOnce: 'payments.read.at_once',
  readOutcome: 'payments.read.outcome',
  readReason: 'payments.read.reason',
  statusBefore: 'payments.status.before',
  statusAfter: 'payments.status.after',
  events: 'payments.events',
  findings: 'payments.findings',
  dispositions: 'payments.hook.dispositions',
} as const;
