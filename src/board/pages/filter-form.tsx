import { escalationFilters, type Filter } from '../../orders/filters.ts';
import { listHref, type Filters } from '../filters.ts';
import { ageNames } from './times.tsx';
import { labelOf, stateNames } from './badges.tsx';

interface FilterProps {
  readonly filters: Filters;
  /** The accounts that may be looked at. */
  readonly accounts: readonly string[];
  readonly person: string;
}

/** Names of values, where the value itself is not one. */
const valueNames: { readonly [Name in keyof typeof escalationFilters]?: Readonly<Record<string, string>> } = {
  age: ageNames,
  state: stateNames,
};

/** Search and filters, as a plain form that makes an address. */
export function FilterForm({ filters, accounts, person }: FilterProps) {
  const { q, account, owner } = filters;
  return (
    <search>
      <form method="get" action="/ops" class="filters" aria-label="Search and filter">
        <p class="field wide">
          <label for="q">Reference, order id or the provider’s id</label>
          <input id="q" name="q" type="search" value={q ?? ''} maxLength={200} autocomplete="off" />
        </p>
        <Choice name="account" label="Account" value={account} options={accounts} />
        {filterNames.map((name) => (
          <FilterField key={name} name={name} value={filters[name]?.toString()} />
        ))}
        <TextField name="owner" label="Owner" value={owner} />
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

const filterNames = Object.keys(escalationFilters) as (keyof typeof escalationFilters)[];

function FilterField({
  name,
  value,
}: {
  readonly name: keyof typeof escalationFilters;
  readonly value: string | undefined;
}) {
  const filter: Filter = escalationFilters[name];
  const options = optionsOf(filter);
  const names = valueNames[name];
  if (!options) return <TextField name={name} label={filter.label} value={value} />;
  return (
    <Choice
      name={name}
      label={filter.label}
      value={value}
      options={options}
      nameOf={(option) => names?.[option] ?? labelOf(option)}
    />
  );
}

/** The values that a form offers; undefined for a filter that takes any text. */
function optionsOf(filter: Filter): readonly string[] | undefined {
  switch (filter.kind) {
    case 'choice':
      return filter.values;
    case 'whole':
      return filter.offered.map(String);
    case 'flag':
      return ['true', 'false'];
    case 'time':
    case 'text':
      return undefined;
  }
}

function TextField({
  name,
  label,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
}) {
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <input id={name} name={name} value={value ?? ''} maxLength={200} autocomplete="off" />
    </p>
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
