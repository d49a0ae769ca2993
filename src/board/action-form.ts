import { z } from 'zod';
import { Problem } from '../api/problems.ts';
import { plainText } from '../api/schemas.ts';
import { parseSelected, type Selected } from './selection.ts';
import { snoozeChoices, snoozeUntil, type SnoozeChoice } from './snooze.ts';

export const actionNames = ['acknowledge', 'snooze', 'resolve', 'reopen', 'recheck'] as const;

export type ActionName = (typeof actionNames)[number];

/** The actions on an open escalation. */
export const openActions: readonly ActionName[] = ['acknowledge', 'snooze', 'resolve', 'recheck'];

/** The actions on what a person resolved and still holds. */
export const resolvedActions: readonly ActionName[] = ['reopen', 'recheck'];

/** The action that a URL names. Throws the problem `not_found` for any other word. */
export const actionParamsSchema = z.object({
  action: z.enum(actionNames).catch(() => {
    throw new Problem('not_found', 'no such action');
  }),
});

const maxSelected = 200;
const defaultAcknowledgeReason = 'on it';

/** An action on the orders that a person selected. */
export interface BulkAction {
  readonly name: ActionName;
  readonly orders: readonly Selected[];
  readonly reason: string;
  /** The end of a snooze, epoch milliseconds. */
  readonly until: number | undefined;
  /** The idempotency key: a second click on the same button of the same page sends it again. */
  readonly key: string;
}

/** The values of a form, to show them again. */
export interface FormValues {
  readonly reason: string;
  readonly snoozeFor: SnoozeChoice;
  readonly until: string;
  /** Ids of the selected orders. */
  readonly selectedIds: ReadonlySet<string>;
}

export const emptyForm: FormValues = { reason: '', snoozeFor: '1h', until: '', selectedIds: new Set() };

export type ParsedForm =
  | { readonly action: BulkAction; readonly form: FormValues }
  | { readonly errors: readonly string[]; readonly form: FormValues };

/** Parses a form of the board: an action to perform, or the errors to show. `now` is epoch milliseconds. */
export function parseActionForm(name: ActionName, body: unknown, now: number): ParsedForm {
  const sent = formSchema.safeParse(body);
  if (!sent.success) return { errors: ['the form is not from this page'], form: emptyForm };
  const { key, selected, reason: typedReason, for: snoozeFor, until: typedUntil } = sent.data;
  const orders = selected.flatMap((text) => parseSelected(text) ?? []);
  const selectedIds = new Set(orders.map(({ id }) => id));
  const form = { reason: typedReason, snoozeFor, until: typedUntil, selectedIds };
  const reason = typedReason === '' && name === 'acknowledge' ? defaultAcknowledgeReason : typedReason;
  const until = name === 'snooze' ? snoozeUntil(snoozeFor, typedUntil, now) : undefined;
  const errors = [
    ...(orders.length === 0 ? ['select at least one order'] : []),
    ...(orders.length > maxSelected ? [`select at most ${maxSelected} orders`] : []),
    ...(orders.length < selected.length ? ['an order was selected on another page; select it again'] : []),
    ...(name === 'recheck' ? [] : reasonErrors(reason)),
    ...(name === 'snooze' && until === undefined
      ? ['the end of the snooze must be a future time in UTC']
      : []),
  ];
  if (errors.length > 0) return { errors, form };
  return { action: { name, orders, reason, until, key }, form };
}

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const formSchema = z.object({
  key: z.uuid(),
  selected: oneOrMany.default([]),
  reason: z.string().trim().max(2_000).default(''),
  for: z.enum(snoozeChoices).default('1h'),
  until: z.string().trim().max(40).default(''),
});

const reasonSchema = plainText(200);

function reasonErrors(reason: string): string[] {
  if (reason === '') return ['give a reason'];
  const { error } = reasonSchema.safeParse(reason);
  return (error?.issues ?? []).map(({ message }) => `reason: ${message}`);
}
