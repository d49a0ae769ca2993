import type { Receiver } from '../../support/receiver.ts';
import type { Service, ServiceOptions } from '../../support/service.ts';

/** What there are histories of: a folder each. */
export const kinds = [
  'briqpay',
  'bridgerpay-deposit',
  'bridgerpay-refund',
  'payout',
  'encrypted',
  'alert-desk',
  'sweeps',
] as const;

export type Kind = (typeof kinds)[number];

/** One life of a workflow, played on a real server for its history to be kept. */
export interface Journey {
  readonly kind: Kind;
  readonly name: string;
  /** The service that it is played on; alerts may go to the receiver. */
  readonly options?: (receiver: Receiver) => Pick<ServiceOptions, 'account' | 'alerts'>;
  /** How many events are enough for the server to suggest a new run. */
  readonly longestHistory?: number;
  /** Plays it, makes sure that it came to what it is about, and answers the workflow's id. */
  play(service: Service, receiver: Receiver): Promise<string>;
}
