import { nothingTyped, verbs, type Typed } from '../act-form.ts';
import { listHref, type Filters } from '../filters.ts';
import { pageSize, type ListView } from '../load-list.ts';
import type { BulkResult } from '../bulk-action.ts';
import { CountsTable } from './counts-table.tsx';
import { DecisionFields } from './decision-fields.tsx';
import { FilterForm } from './filter-form.tsx';
import { inert } from './inert.ts';
import { Layout, type PageContext } from './layout.tsx';
import { ListTable } from './list-table.tsx';
import { FaultsNotice, OutcomeNotice } from './notices.tsx';
import { AccountProblems } from './account-problems.tsx';

/** What the list is drawn from. */
export interface ListProps {
  readonly frame: PageContext;
  readonly filters: Filters;
  readonly view: ListView;
  readonly accounts: readonly string[];
  /** The same for a second click on this very page. */
  readonly idempotencyKey: string;
  readonly typed?: Typed;
  readonly outcome?: BulkResult;
  readonly faults?: readonly string[];
}

/** The stuck-payment board. */
export function ListPage(props: ListProps) {
  const { frame, filters, accounts, outcome, faults } = props;
  return (
    <Layout frame={frame} title={titleOf(props)} liveHref={listHref(filters)}>
      {outcome && <OutcomeNotice outcome={outcome} />}
      {faults && <FaultsNotice faults={faults} />}
      <FilterForm filters={filters} accounts={accounts} person={frame.operator?.person ?? ''} />
      <ListRegion {...props} />
    </Layout>
  );
}

/** The part of the list that changes by itself. */
export function ListRegion(props: ListProps) {
  const { frame, filters, view, idempotencyKey, typed = nothingTyped } = props;
  const { orders, counts, desks, cursor, isCut, version } = view;
  const title = titleOf(props);
  return (
    <div id="board" class={counts.total > 0 ? 'board' : 'board alone'}>
      <input type="hidden" id="version" name="version" value={version} />
      <AccountProblems desks={desks} now={frame.now} />
      {counts.total > 0 && <CountsTable counts={counts} filters={filters} />}
      <form method="post" action="/ops/acts/acknowledge" class="stuck">
        <h1 id="board-title" tabindex={-1}>
          {title}
        </h1>
        {orders.length === 0 ? (
          <p class="empty">{emptyText(filters)}</p>
        ) : (
          <>
            <fieldset class="bulk" id="bulk" hx-morph-skip>
              <legend class="said">Act on the selected orders</legend>
              <input type="hidden" name="_csrf" value={frame.csrf} />
              <input type="hidden" name="key" value={idempotencyKey} />
              <input type="hidden" name="back" value={listHref(filters)} />
              <p id="picked" class="picked" />
              <DecisionFields
                typed={typed}
                prefix="bulk"
                verbs={verbs}
                hrefOf={(verb) => `/ops/acts/${verb}`}
              />
            </fieldset>
            <ListTable orders={orders} picked={typed.picked} caption={captionOf(filters)} now={frame.now} />
          </>
        )}
        {isCut && (
          <p class="cut">
            Not all were looked through: owners cannot be searched for, so only the oldest of each state were.
            Add an account or a reason to see others.
          </p>
        )}
        <nav class="pages" aria-label="Pages of the list">
          {filters.cursor !== undefined && (
            <a href={listHref({ ...filters, cursor: undefined })}>First page</a>
          )}
          {cursor !== null && (
            <a href={listHref({ ...filters, cursor })} rel="next">
              Next {pageSize}
            </a>
          )}
        </nav>
      </form>
    </div>
  );
}

function titleOf({ filters, view }: Pick<ListProps, 'filters' | 'view'>): string {
  const { q, owner } = filters;
  const shown = view.orders.length;
  if (q !== undefined) return `${shown} found`;
  if (owner !== undefined)
    return `${shown} owned by ${inert(owner)}${view.isCut ? ', of those looked through' : ''}`;
  const stuck = Math.max(matching(view, filters), shown);
  return stuck === 0 ? 'Nothing is stuck' : `${stuck} stuck`;
}

function captionOf({ q }: Filters): string {
  return q === undefined ? 'Oldest escalation first' : 'Orders that are called so, escalated or not';
}

function emptyText({ q, owner, account, reason, level, state, age }: Filters): string {
  if (q !== undefined) return 'No order is called so.';
  const isFiltered = [owner, account, reason, level, state, age].some((filter) => filter !== undefined);
  return isFiltered ? 'No open escalation is like that.' : 'Nothing is stuck: no escalation is open.';
}

function matching({ counts }: ListView, { reason, age }: Filters): number {
  return Object.entries(counts.byReason)
    .filter(([name]) => reason === undefined || name === reason)
    .flatMap(([, row]) => Object.entries(row))
    .filter(([name]) => age === undefined || name === age)
    .reduce((total, [, count]) => total + count, 0);
}
