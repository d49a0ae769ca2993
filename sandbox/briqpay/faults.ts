import { z } from 'zod';
import { type TransportFault, once, pastFaultSchemas, transportFaultSchemas } from '../faults.ts';
import { patchesSchemaOf } from '../patches.ts';
import type { WireSession } from './view.ts';

/** The endpoints that a fault can apply to. */
const operations = ['read', 'create', 'capture', 'refund', 'cancel', 'metadata', 'decision'] as const;
export type Operation = (typeof operations)[number];

/** Faults in the content of a read, besides those of the connection. */
const contentFaultSchemas = [
  ...pastFaultSchemas,
  /** There is no such session, as Briqpay itself says it. */
  z.strictObject({ kind: z.literal('absent'), ...once }),
  z.strictObject({ kind: z.literal('currency'), currency: z.string(), ...once }),
  z.strictObject({
    kind: z.literal('other_session'),
    sessionId: z.string().default('0badcafe-0000-4000-8000-000000000000'),
    ...once,
  }),
  /** Added to the amounts with VAT of the order and of its authorizations. */
  z.strictObject({ kind: z.literal('amount'), delta: z.number(), ...once }),
  z.strictObject({ kind: z.literal('order_status'), value: z.string(), ...once }),
] as const;

type ContentFault = z.infer<(typeof contentFaultSchemas)[number]>;
export type BriqpayFault = TransportFault | ContentFault;

export const faultsSchema = z.array(
  z.discriminatedUnion('kind', [...transportFaultSchemas(operations), ...contentFaultSchemas]),
);

/** The session as a content fault changes it; other faults do not change it. */
export function distort(wire: WireSession, fault: BriqpayFault | undefined): WireSession {
  if (fault?.kind === 'currency') return withMoney(wire, (entry) => ({ ...entry, currency: fault.currency }));
  if (fault?.kind === 'other_session') return { ...wire, sessionId: fault.sessionId };
  if (fault?.kind === 'amount') return withAmount(wire, fault.delta);
  if (fault?.kind !== 'order_status') return wire;
  return { ...wire, moduleStatus: { payment: { ...wire.moduleStatus.payment, orderStatus: fault.value } } };
}

function withMoney(wire: WireSession, spoil: <T extends { currency: string }>(entry: T) => T): WireSession {
  const { order, transactions, captures, refunds } = wire.data;
  const spoilt = { captures: captures.map(spoil), refunds: refunds.map(spoil) };
  return {
    ...wire,
    data: { ...wire.data, ...spoilt, order: spoil(order), transactions: transactions.map(spoil) },
  };
}

function withAmount(wire: WireSession, delta: number): WireSession {
  const spoil = <T extends { amountIncVat: number }>(entry: T): T => ({
    ...entry,
    amountIncVat: entry.amountIncVat + delta,
  });
  const { order, transactions } = wire.data;
  return { ...wire, data: { ...wire.data, order: spoil(order), transactions: transactions.map(spoil) } };
}

/** Lasting changes of answers and hooks, which faults do not touch. */
export const patchesSchema = patchesSchemaOf(z.enum([...operations, 'hook']).default('read'));
export type Patch = z.infer<typeof patchesSchema>[number];
