import type { Explanation } from '../../domain/order/explain.ts';
import { formatMoney } from '../../domain/money/money.ts';
import { labelOf } from './badges.tsx';
import { At } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

/** The payment at the provider, and the hooks that a read has not confirmed or has contradicted. */
export function Evidence({ explanation }: { readonly explanation: Explanation }) {
  const { presence, movements, expiresAt, claims, disputes } = explanation;
  return (
    <>
      <p>
        At the provider: <strong>{presence}</strong>
        {expiresAt !== null && (
          <>
            , the authorization expires <At iso={expiresAt} />
          </>
        )}
      </p>
      {movements.length === 0 ? (
        <p>No read has shown an authorization, capture or refund.</p>
      ) : (
        <Movements of={movements} />
      )}
      {claims.length > 0 && (
        <>
          <h3>Hooks not confirmed by a read yet</h3>
          <ul class="plain">
            {claims.map(({ event, status, receivedAt, rereadAt }) => (
              <li key={`${event} ${status} ${receivedAt}`}>
                <UntrustedText>{`${event} ${status}`}</UntrustedText>, received <At iso={receivedAt} />, next
                check {rereadAt === null ? 'with the next read' : <At iso={rereadAt} />}
              </li>
            ))}
          </ul>
        </>
      )}
      {disputes.length > 0 && (
        <>
          <h3>Hooks contradicted by the provider</h3>
          <ul class="plain">
            {disputes.map(({ event, status, at }) => (
              <li key={`${event} ${status} ${at}`}>
                <UntrustedText>{`${event} ${status}`}</UntrustedText>, not confirmed by <At iso={at} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Movements({ of }: { readonly of: Explanation['movements'] }) {
  return (
    <table class="movements">
      <caption class="visually-hidden">Authorizations, captures and refunds</caption>
      <thead>
        <tr>
          <th scope="col">Movement</th>
          <th scope="col">Status</th>
          <th scope="col" class="number">
            Amount
          </th>
          <th scope="col">Evidence</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ kind, id, status, amount, currency, evidence }) => (
          <tr key={`${kind} ${id}`}>
            <th scope="row">
              {kind}
              <small class="id">
                <UntrustedText>{id}</UntrustedText>
              </small>
            </th>
            <td data-label="Status">{labelOf(status)}</td>
            <td data-label="Amount" class="number">
              {amountOf(amount, currency)}
            </td>
            <td data-label="Evidence">{evidence}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function amountOf(amount: number | undefined, currency: string | undefined) {
  if (amount === undefined) return 'unknown';
  return currency === undefined ? (
    `${amount} minor units`
  ) : (
    <UntrustedText>{formatMoney({ amount, currency })}</UntrustedText>
  );
}
