import { escalationStates } from '../../domain/escalation/ladder.ts';
import { reasons } from '../../domain/escalation/codes.ts';
import { ageBuckets, type AgeBucket } from '../../orders/escalations.ts';
import { listHref, type Filters } from '../filters.ts';
import { ageNames } from './times.tsx';
import { labelOf } from './badges.tsx';

interface FilterProps {
  readonly filters: Filters;
  /** The accounts that may be looked at. */
  readonly accounts: readonly string[];
  readonly person: string;
}

const levels = ['1', '2', '3', '4', '5'];

/** Search and filters, as a plain form that makes an address. */
export function FilterForm({ filters, accounts, person }: FilterProps) {
  const { q, account, reason, level, state, age, owner } = filters;
  return (
    <search>
      <form method="get" action="/ops" class="filters" aria-label="Search and filter">
        <p class="field wide">
          <label for="q">Reference, order id or the provider’s id</label>
          <input id="q" name="q" type="search" value={q ?? ''} maxLength={200} autocomplete="off" />
        </p>
        <Choice name="account" label="Account" value={account} options={accounts} />
        <Choice name="reason" label="Reason" value={reason} options={reasons} />
        <Choice
          name="age"
          label="Open for"
          value={age}
          options={Object.keys(ageBuckets)}
          nameOf={(option) => ageNames[option as AgeBucket]}
        />
        <Choice name="level" label="Level" value={level?.toString()} options={levels} />
        <Choice name="state" label="State" value={state} options={escalationStates} />
        <p class="field">
          <label for="owner">Owner</label>
          <input id="owner" name="owner" value={owner ?? ''} maxLength={200} autocomplete="off" />
        </p>
        <p class="buttons">
          <button type="submit" class="secondary">
            Show
          </button>
          <a href={listHref({ owner: person })}>Mine</a>
          <a href="/ops">All</a>
        </p>
      </form>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
  readonly nameOf?: (option: string) => string;
}

function Choice({ name, label, value, options, nameOf = labelOf }: ChoiceProps) {
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">any</option>
        {options.map((option) => (
          <option key={option} value={option} selected={option === value}>
            {nameOf(option)}
          </option>
        ))}
      </select>
    </p>
  );
}
