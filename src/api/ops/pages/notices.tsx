import type { Outcome } from '../perform.ts';
import { orderHref } from './order-href.ts';
import { Words } from './words.tsx';

const pastOf = {
  acknowledge: 'acknowledged',
  snooze: 'snoozed',
  resolve: 'resolved',
  recheck: 'asked to recheck',
} as const;

/** What was done, in a line. */
export function saidOf({ verb, done }: Pick<Outcome, 'verb' | 'done'>): string {
  return `${done} ${done === 1 ? 'order' : 'orders'} ${pastOf[verb]}.`;
}

/** What became of an act on several orders, with each refusal. */
export function OutcomeNotice({ outcome }: { readonly outcome: Outcome }) {
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
              <Words>{id}</Words>
            </a>
            : <Words>{message}</Words> <code>{code}</code>
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
      <Words>{message}</Words>. Nothing was changed; below is how it stands now. <code>{code}</code>
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
