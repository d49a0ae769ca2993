import { randomBytes } from 'node:crypto';
import { apiKey, hookToken } from '../../chaos/cluster/config.ts';
import { canaries as bridgerpayPeople } from '../../../sandbox/bridgerpay/canaries.ts';
import { canaries as briqpayPeople } from '../../../sandbox/briqpay/canaries.ts';
import type { Needle } from './search.ts';

/** Words of a run that exist nowhere else, by the way on which they come in. */
export interface Canaries {
  /** In fields of hooks and answers that the service does not read: dropped where they are parsed. */
  readonly dropped: { readonly name: string; readonly email: string; readonly note: string };
  /** Kept of hooks, reads, registrations and decisions of people: encrypted. */
  readonly kept: {
    readonly method: string;
    readonly status: string;
    readonly captureId: string;
    readonly by: string;
    readonly reason: string;
  };
  /** Minor units; kept too. */
  readonly amount: number;
  /** A search attribute, which stays readable; each order has its own. */
  reference(order: string): string;
}

export function makeCanaries(): Canaries {
  const mark = `verify${randomBytes(6).toString('hex')}`;
  return {
    dropped: { name: `${mark}-name`, email: `${mark}@example.test`, note: `${mark}-note` },
    kept: {
      method: `${mark}-method`,
      status: `${mark}-status`,
      captureId: `${mark}-capture`,
      by: `${mark}-by`,
      reason: `${mark}-reason`,
    },
    amount: 731_946_285_173,
    reference: (order) => `${mark}-reference-${order}`,
  };
}

/** The canaries that the service keeps, and must keep unreadable. */
export function keptOf({ kept, amount }: Canaries): Needle[] {
  return needles({ ...kept, amount: `${amount}` });
}

/** The personal data, and the amount in the form that only texts for people have. */
export function personalOf({ dropped, amount }: Canaries): Needle[] {
  const shown = `${Math.trunc(amount / 100)}.${amount % 100}`;
  const people = [...briqpayPeople, ...bridgerpayPeople].map((text) => [text, text]);
  return needles({ ...dropped, 'amount as it is shown': shown, ...(Object.fromEntries(people) as object) });
}

/** The secrets of the configuration, which must be nowhere else. */
export function secretsOf(keys: Readonly<Record<string, Buffer>>): Needle[] {
  return [
    ...needles({
      'hook token': hookToken,
      'API key': apiKey,
      'Briqpay secret': 'sandbox-secret',
      'BridgerPay password': 'sandbox-password',
      'BridgerPay API key': 'sandbox-api-key',
    }),
    ...Object.entries(keys).flatMap(([id, bytes]) => [
      { what: `encryption key ${id}`, bytes },
      { what: `encryption key ${id} as it is configured`, bytes: Buffer.from(bytes.toString('base64')) },
    ]),
  ];
}

/** One needle of each text, called by its name. */
export function needles(texts: Readonly<Record<string, string>>): Needle[] {
  return Object.entries(texts).map(([what, text]) => ({ what, bytes: Buffer.from(text) }));
}
