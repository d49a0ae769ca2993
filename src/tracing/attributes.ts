/** The span attributes of this project. A test compares them with the table in docs/observe.md. */
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
