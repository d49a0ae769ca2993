import { without } from '../../domain/values.ts';
import { emptyForm, openActions, resolvedActions, type FormValues } from '../action-form.ts';
import { listHref, type Filters } from '../filters.ts';
import { pageSize, type ListView } from '../load-list.ts';
import type { BulkResult } from '../bulk-action.ts';
import { CountsTable } from './counts-table.tsx';
import { DecisionFields } from './decision-fields.tsx';
import { FilterForm } from './filter-form.tsx';
import { Layout, type PageContext } from './layout.tsx';
import { visible } from './untrusted-text.tsx';
import { ListTable } from './list-table.tsx';
import { FormErrorsNotice, BulkResultNotice } from './notices.tsx';
import { AccountProblems } from './account-problems.tsx';

/** The content of the list page. */
export interface ListProps {
  readonly page: PageContext;
  readonly filters: Filters;
  readonly view: ListView;
  readonly accounts: readonly string[];
  /** Sent with every action, so that a second click on this page has no further effect. */
  readonly idempotencyKey: string;
  readonly form?: FormValues;
  readonly result?: BulkResult;
  readonly errors?: readonly string[];
}

/** The stuck-payment board. */
export function ListPage(props: ListProps) {
  const { page, filters, accounts, result, errors } = props;
  return (
    <Layout page={page} title={titleOf(props)} liveHref={listHref(filters)}>
      {result && <BulkResultNotice result={result} />}
      {errors && <FormErrorsNotice errors={errors} />}
      <FilterForm filters={filters} accounts={accounts} person={page.operator?.person ?? ''} />
      <ListRegion {...props} />
    </Layout>
  );
}

/** The part of the list page that polls for changes. */
export function ListRegion(props: ListProps) {
  const { page, filters, view, idempotencyKey, form = emptyForm } = props;
  const { orders, counts, desks, cursor, isCut, version } = view;
  const title = titleOf(props);
  return (
    <div id="board" class={counts.total > 0 ? 'board' : 'board alone'}>
      <input type="hidden" id="version" name="version" value={version} />
      <AccountProblems desks={desks} now={page.now} />
      {counts.total > 0 && <CountsTable counts={counts} filters={filters} />}
      <form method="post" action="/ops/actions/acknowledge" class="stuck">
        <h1 id="board-title" tabindex={-1}>
          {title}
        </h1>
        {orders.length === 0 ? (
          <p class="empty">{emptyText(filters)}</p>
        ) : (
          <>
            <fieldset class="bulk" id="bulk" hx-morph-skip>
              <legend class="visually-hidden">Act on the selected orders</legend>
              <input type="hidden" name="_csrf" value={page.csrf} />
              <input type="hidden" name="key" value={idempotencyKey} />
              <input type="hidden" name="back" value={listHref(filters)} />
              <p id="selected-count" class="selected-count" />
              <DecisionFields
                form={form}
                prefix="bulk"
                actions={filters.state === 'resolved' ? resolvedActions : openActions}
                hrefOf={(action) => `/ops/actions/${action}`}
              />
            </fieldset>
            <ListTable
              orders={orders}
              selectedIds={form.selectedIds}
              caption={captionOf(filters)}
              now={page.now}
            />
          </>
        )}
        {isCut && (
          <p class="cut">
            The list may be incomplete: Temporal cannot search by owner, so only the oldest orders of each
            state were searched. Add an account or a reason to narrow the search.
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
  const { q, owner, state } = filters;
  const shown = view.orders.length;
  if (q !== undefined) return `${shown} found`;
  if (owner !== undefined)
    return `${shown} owned by ${visible(owner)}${view.isCut ? ' among those searched' : ''}`;
  const stuck = Math.max(matching(view, filters), shown);
  if (state === 'resolved') return `${stuck} resolved, still holding`;
  return stuck === 0 ? 'Nothing is stuck' : `${stuck} stuck`;
}

function captionOf({ q, state }: Filters): string {
  if (q === undefined && state === 'resolved') return 'Last change longest ago first';
  return q === undefined ? 'Oldest escalation first' : 'Matching orders, escalated or not';
}

function emptyText(filters: Filters): string {
  if (filters.q !== undefined) return 'No order matches.';
  const isFiltered = Object.values(without(filters, 'cursor')).some((filter) => filter !== undefined);
  return isFiltered
    ? 'No open escalation matches these filters.'
    : 'Nothing is stuck: no escalation is open.';
}

function matching({ counts }: ListView, { reason, age }: Filters): number {
  return Object.entries(counts.byReason)
    .filter(([name]) => reason === undefined || name === reason)
    .flatMap(([, row]) => Object.entries(row))
    .filter(([name]) => age === undefined || name === age)
    .reduce((total, [, count]) => total + count, 0);
}
