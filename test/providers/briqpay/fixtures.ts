import { readFileSync } from 'node:fs';

/** The example hooks of Briqpay's documentation, word for word. */
export const hookNames = [
  'session-status',
  'order-status',
  'capture-status',
  'capture-status-pre-existing',
  'refund-status',
] as const;

/** One session in each state that it can be read in, of an order of 300.00 SEK. */
export const sessionNames = [
  'pending',
  'approved-not-captured',
  'captured',
  'partially-refunded',
  'rejected',
  'cancelled',
] as const;

export type Fields = Record<string, unknown>;

export function hookFixture(name: (typeof hookNames)[number]): Fields {
  return fixture(`hook-${name}`) as Fields;
}

export function sessionFixture(name: (typeof sessionNames)[number]): Fields {
  return fixture(`session-${name}`) as Fields;
}

/** What the documentation says a shop should subscribe to. */
export function subscriptions(): readonly { readonly eventType: string; readonly statuses: string[] }[] {
  return (fixture('hook-subscriptions') as { hooks: { eventType: string; statuses: string[] }[] }).hooks;
}

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));
}
