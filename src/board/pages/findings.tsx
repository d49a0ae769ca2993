import type { Order } from '../../domain/order/view.ts';
import { labelOf } from './badges.tsx';
import { Guidance } from './guidance.tsx';
import { At } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

/** The findings of an order. */
export function Findings({ findings }: Pick<Order, 'findings'>) {
  return (
    <section aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      <ul class="plain">
        {findings.map(({ code, at, detail }) => (
          <li key={code}>
            <strong>{labelOf(code)}</strong>: <UntrustedText>{detail}</UntrustedText>{' '}
            <small>
              <At iso={at} />
            </small>{' '}
            <Guidance code={code} />
          </li>
        ))}
      </ul>
    </section>
  );
}
