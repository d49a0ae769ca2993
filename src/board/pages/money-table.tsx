import type { Amounts } from '../../domain/money/amounts.ts';
import { amountText, type Bucket } from './key-amount.ts';

const buckets: readonly (readonly [Bucket, string])[] = [
  ['authorized', 'Authorized'],
  ['captured', 'Captured'],
  ['capturePending', 'Capture pending'],
  ['refunded', 'Refunded'],
  ['refundPending', 'Refund pending'],
  ['cancelled', 'Cancelled'],
];

/** Every amount of an order, with the expected amount beside it. */
export function MoneyTable({ amounts }: { readonly amounts: Amounts }) {
  const expected = amountText(amounts, 'expected');
  return (
    <table class="money">
      <caption class="visually-hidden">Money of the order</caption>
      <thead>
        <tr>
          <th scope="col">Bucket</th>
          <th scope="col" class="number">
            Amount
          </th>
          <th scope="col" class="number">
            Expected
          </th>
        </tr>
      </thead>
      <tbody>
        {buckets.map(([bucket, name]) => (
          <tr key={bucket} class={amounts[bucket] ? undefined : 'none'}>
            <th scope="row">{name}</th>
            <td class="number">{amountText(amounts, bucket)}</td>
            <td class="number">
              {bucket === 'authorized' || bucket === 'captured' ? (
                <Expected text={expected} isMet={amounts[bucket] === amounts.expected} />
              ) : (
                ''
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Expected({ text, isMet }: { readonly text: string; readonly isMet: boolean }) {
  return (
    <>
      {text} {isMet && <span aria-label="as expected">✓</span>}
    </>
  );
}
