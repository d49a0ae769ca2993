import type { BulkResult } from '../bulk-action.ts';
import { orderHref } from '../addresses.ts';
import { UntrustedText } from './untrusted-text.tsx';

const pastForms = {
  acknowledge: 'acknowledged',
  snooze: 'snoozed',
  resolve: 'resolved',
  reopen: 'reopened',
  recheck: 'asked to recheck',
} as const satisfies Record<BulkResult['action'], string>;

/** The result in one line, such as `3 orders acknowledged.` */
export function resultText({ action, done }: Pick<BulkResult, 'action' | 'done'>): string {
  return `${done} ${done === 1 ? 'order' : 'orders'} ${pastForms[action]}.`;
}

/** The result of an action on several orders, with each refusal. */
export function BulkResultNotice({ result }: { readonly result: BulkResult }) {
  const { refused } = result;
  return (
    <section class="notice refused" role="alert" aria-label="Result">
      <p>
        {resultText(result)} {refused.length} refused and unchanged:
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

/** Why the order of this page refused an action. */
export function RefusalNotice({ code, message }: { readonly code: string; readonly message: string }) {
  return (
    <p class="notice refused" role="alert">
      <UntrustedText>{message}</UntrustedText>. Nothing was changed; the page shows the current state.{' '}
      <code>{code}</code>
    </p>
  );
}

/** The errors of a form. */
export function FormErrorsNotice({ errors }: { readonly errors: readonly string[] }) {
  return (
    <div class="notice refused" role="alert">
      <p>
        Nothing was done. <code>invalid_request</code>
      </p>
      <ul>
        {errors.map((error) => (
          <li key={error}>{error}</li>
        ))}
      </ul>
    </div>
  );
}
