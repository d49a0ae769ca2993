import type { Order } from '../../domain/order/view.ts';
import { selectionValue } from '../selection.ts';
import { LevelBadge, ReasonBadge, labelOf, StateBadge, StatusBadge } from './badges.tsx';
import { orderHref } from '../addresses.ts';
import { keyAmount } from './key-amount.ts';
import { Since, Until } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

interface ListTableProps {
  readonly orders: readonly Order[];
  readonly selectedIds: ReadonlySet<string>;
  readonly caption: string;
  readonly now: number;
}

/** The orders of the list as rows, or as cards where the window is narrow. */
export function ListTable({ orders, selectedIds, caption, now }: ListTableProps) {
  return (
    <table class="list" id="list">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col" class="select">
            <span class="visually-hidden">Select</span>
            <input type="checkbox" id="select-all" aria-label="Select all on this page" hidden />
          </th>
          <th scope="col">Order</th>
          <th scope="col">Open for</th>
          <th scope="col">Reasons</th>
          <th scope="col">Escalation</th>
          <th scope="col">Status</th>
          <th scope="col" class="number">
            Amount
          </th>
          <th scope="col">Account</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <Row key={order.id} order={order} isSelected={selectedIds.has(order.id)} now={now} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly order: Order;
  readonly isSelected: boolean;
  readonly now: number;
}

function Row({ order, isSelected: isPicked, now }: RowProps) {
  const { id, reference, escalation, status, account } = order;
  const amount = keyAmount(order);
  return (
    <tr id={`row-${id}`} data-row={id} class={escalation?.state}>
      <td class="select">
        <input
          type="checkbox"
          id={`select-${id}`}
          name="selected"
          value={selectionValue(order)}
          checked={isPicked}
          aria-labelledby={`order-${id}`}
        />
      </td>
      <th scope="row">
        <a id={`order-${id}`} href={orderHref(id)}>
          <UntrustedText>{reference ?? id}</UntrustedText>
        </a>
        {reference !== undefined && (
          <small class="id">
            <UntrustedText>{id}</UntrustedText>
          </small>
        )}
      </th>
      <td data-label="Open for">
        {escalation ? <Since iso={escalation.openedAt} now={now} /> : 'not escalated'}
      </td>
      <td data-label="Reasons">
        {escalation?.reasons.map((reason) => (
          <ReasonBadge key={reason} reason={reason} />
        ))}
      </td>
      <td data-label="Escalation">
        {escalation && (
          <>
            <LevelBadge level={escalation.level} />
            <StateBadge state={escalation.state} />
          </>
        )}
        {escalation?.resolved && (
          <small class="owner">
            by <UntrustedText>{escalation.resolved.by}</UntrustedText>
          </small>
        )}
        {escalation?.owner && !escalation.resolved && (
          <small class="owner">
            <UntrustedText>{escalation.owner}</UntrustedText>
          </small>
        )}
        {escalation?.snoozedUntil && (
          <small class="owner">
            for <Until iso={escalation.snoozedUntil} now={now} />
          </small>
        )}
      </td>
      <td data-label="Status">
        <StatusBadge status={status} />
      </td>
      <td data-label="Amount" class="number">
        {amount ? (
          <>
            {amount.text}
            <small>{labelOf(amount.bucket)}</small>
          </>
        ) : (
          'unknown'
        )}
      </td>
      <td data-label="Account">{account}</td>
    </tr>
  );
}
