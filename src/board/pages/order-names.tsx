import type { Order } from '../../domain/order/view.ts';
import { parseOrderId } from '../../workflows/contract/ids.ts';
import { At } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

interface NamesProps {
  readonly order: Order;
  readonly isRunning: boolean;
  /** The run in the Temporal UI, where the configuration names one. */
  readonly temporalHref: string | undefined;
}

/** The ids, the account and the times of an order. */
export function OrderNames({ order, isRunning, temporalHref }: NamesProps) {
  const { id, account, provider, kind, method, createdAt, updatedAt, sequence } = order;
  const parsed = parseOrderId(id);
  return (
    <dl class="names">
      <div>
        <dt>Order id</dt>
        <dd class="id">
          <UntrustedText>{id}</UntrustedText>
        </dd>
      </div>
      {parsed && (
        <div>
          <dt>At {provider}</dt>
          <dd class="id">
            <UntrustedText>{parsed.key}</UntrustedText>
          </dd>
        </div>
      )}
      <div>
        <dt>Account</dt>
        <dd>
          {account}, {kind}
          {method !== undefined && (
            <>
              , <UntrustedText>{method}</UntrustedText>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <At iso={createdAt} />
        </dd>
      </div>
      <div>
        <dt>Changed</dt>
        <dd>
          <At iso={updatedAt} /> <small>sequence {sequence}</small>
        </dd>
      </div>
      <div>
        <dt>Run</dt>
        <dd>
          {isRunning ? 'running' : 'closed'}
          {temporalHref !== undefined && (
            <>
              , <a href={temporalHref}>open in the Temporal UI</a>
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}
