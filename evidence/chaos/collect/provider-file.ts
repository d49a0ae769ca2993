import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { providerStateOf, type ProviderState, type StateLine } from '../judge/provider-state.ts';
import type { PlannedOrder } from '../plan/types.ts';

/** Reads every state that the sandbox held of each planned payment, by the index of its order. */
export async function readProviderFile(
  file: string,
  orders: readonly PlannedOrder[],
  keys: readonly string[],
): Promise<Record<number, ProviderState[]>> {
  const indexes = new Map(
    orders.map(({ index, provider, kind }) => [
      provider === 'briqpay' ? keys[index]! : `${kind}:${keys[index]!}`,
      index,
    ]),
  );
  const states: Record<number, ProviderState[]> = {};
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const { key, state } = providerStateOf(JSON.parse(text) as StateLine);
    const index = indexes.get(key);
    if (index !== undefined) (states[index] ??= []).push(state);
  }
  return states;
}
