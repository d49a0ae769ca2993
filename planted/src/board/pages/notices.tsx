import type { BulkResult } from '../bulk-action.ts';
import { orderHref } from './order-href.ts';
import { UntrustedText } from './untrusted-text.tsx';

const pastOf = {
  acknowledge: 'acknowledged',
  snooze: 'snoozed',
  resolve: 'resolved',
  recheck: 'asked to recheck',
} as const;

/** What was done, in a line. */
export function saidOf({ verb, done }: Pick<BulkResult, 'verb' | 'done'>): string {
  return `${done} ${done === 1 ? 'order' : 'orders'} ${pastOf[verb]}.`;
}

/** What became of an act on several orders, with each refusal. */
export function OutcomeNotice({ outcome }: { readonly outcome: BulkResult }) {
  const { refused } = outcome;
  return (
    <section class="notice refused" role="alert" aria-label="What became of it">
      <p>
        {saidOf(outcome)} {refused.length} refused, where nothing was changed:
      </p>
      <ul>
        {refused.map(({ id, code, message }) => (
          <li key={id}>
            <a href={orderHref(id)}>
              <UntrustedText>{id}</UntrustedText>
            </a>
            : <UntrustedText>{message}</UntrustedText> <code>{code}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Why the one order of a page refused. */
export function RefusalNotice({ code, message }: { readonly code: string; readonly message: string }) {
  return (
    <p class="notice refused" role="alert">
      <UntrustedText>{message}</UntrustedText>. Nothing was changed; below is how it stands now.{' '}
      <code>{code}</code>
    </p>
  );
}

/** What is wrong with a form. */
export function FaultsNotice({ faults }: { readonly faults: readonly string[] }) {
  return (
    <div class="notice refused" role="alert">
      <p>
        Nothing was done. <code>invalid_request</code>
      </p>
      <ul>
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </div>
  );
}
