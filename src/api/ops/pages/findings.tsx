import type { Order } from '../../../domain/view.ts';
import { spoken } from './badges.tsx';
import { At } from './times.tsx';
import { Words } from './words.tsx';

/** What a person should know about an order that goes on all the same. */
export function Findings({ findings }: Pick<Order, 'findings'>) {
  return (
    <section aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      <ul class="plain">
        {findings.map(({ code, at, detail }) => (
          <li key={code}>
            <strong>{spoken(code)}</strong>: <Words>{detail}</Words>{' '}
            <small>
              <At iso={at} />
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
