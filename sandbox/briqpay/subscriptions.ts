import { z } from 'zod';
import { hookNames, hookStatuses } from './vocabulary.ts';

/** One entry of a session's `hooks`: an event, its statuses and the URL. */
export const subscriptionSchema = z
  .strictObject({
    eventType: z.enum(hookNames),
    statuses: z.array(z.string()).min(1),
    method: z.enum(['GET', 'POST']),
    url: z.url({ protocol: /^https?$/ }),
  })
  .refine(({ eventType, statuses }) => statuses.every((status) => isStatusOf(eventType, status)), {
    path: ['statuses'],
    message: 'a status that this event does not have',
  });

export type Subscription = z.infer<typeof subscriptionSchema>;

/** Subscriptions of one URL to every event in every status. */
export function subscribeToAll(url: string, method: 'GET' | 'POST'): Subscription[] {
  return hookNames.map((eventType) => ({ eventType, statuses: [...hookStatuses[eventType]], method, url }));
}

function isStatusOf(eventType: keyof typeof hookStatuses, status: string): boolean {
  const known: readonly string[] = hookStatuses[eventType];
  return known.includes(status);
}
