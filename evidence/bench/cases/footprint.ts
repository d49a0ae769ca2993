import { figure, type Figure, type Target } from '../figures.ts';
import type { Done } from '../load/jobs.ts';
import { actionsBetween, type Actions } from '../testbed/actions.ts';
import { untilStill } from '../testbed/history.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { expectAll, newSessions, startVariant, type Variant } from '../testbed/variant.ts';
import { variantNames, type VariantName } from '../variants/routes.ts';
import type { Case } from './case.ts';

/** What one payment costs. */
interface Footprint {
  readonly events: number;
  readonly bytes: number;
  /** What a bill of Temporal's would count, without what clients read. */
  readonly actions: number;
  readonly readActions: number;
  readonly providerReads: number;
  readonly byKind: Actions;
}

/** What copies of one hook have cost their order. */
interface Copies {
  readonly events: number;
  readonly providerReads: number;
}

interface Round {
  readonly payment: Readonly<Record<VariantName, Footprint>>;
  readonly copies: Readonly<Record<VariantName, { readonly two: Copies; readonly hundred: Copies }>>;
}

const targets: Partial<Record<keyof Footprint, Target>> = {
  events: { atMost: 45 },
  bytes: { atMost: 12 },
  actions: { atMost: 20 },
};

export const footprint: Case = {
  name: 'footprint',
  title:
    'what one payment costs of history, billable actions and reads of the provider, and what 100 copies of a hook add',
  defaultRounds: 2,
  async run({ rounds: count, isShort, openTestbed, say }) {
    const payments = isShort ? 3 : 20;
    const testbed = await openTestbed();
    const variants: Variant[] = [];
    for (const name of variantNames) variants.push(await startVariant(testbed, name, 4));

    const rounds: Round[] = [];
    for (let round = 0; round < count; round++) {
      const payment = {} as Record<VariantName, Footprint>;
      const copies = {} as Record<VariantName, { two: Copies; hundred: Copies }>;
      let before = await testbed.actions();
      for (const variant of variants) {
        const { name } = variant;
        const { all, ...counts } = await ofPayment(testbed, variant, payments, before);
        payment[name] = counts;
        before = all;
        say(`round ${round + 1}/${count}, ${name}: ${counts.events} events, ${counts.actions} actions`);
      }
      for (const variant of variants) {
        const two = await ofCopies(testbed, variant, 2);
        copies[variant.name] = { two, hundred: await ofCopies(testbed, variant, 100) };
      }
      rounds.push({ payment, copies });
    }
    const kinds = variantNames.map((name) => `${name}: ${kindsOf(rounds[0]!.payment[name].byKind)}`);
    const notes = [
      `${payments} payments one after another, each registered, with five hooks of which three come twice. Bytes are those that the server itself counts.`,
      'Actions are the server’s own counter `action`; queries, which come from clients that read, are counted apart.',
      `Actions of a payment by kind. ${kinds.join('. ')}.`,
    ];
    return { figures: figuresOf(rounds), rounds, notes };
  },
};

/** `before` are the actions until now; `all` those at the end. */
async function ofPayment(
  testbed: Testbed,
  variant: Variant,
  payments: number,
  before: Actions,
): Promise<Footprint & { readonly all: Actions }> {
  const sessions = newSessions(payments);
  expectAll(await variant.live({ sessions, concurrency: 1, pollMs: 20 }), 200, variant.name);
  const histories: { events: number; bytes: number }[] = [];
  for (const session of sessions)
    histories.push(await untilStill(testbed.client, variant.workflowId(session)));
  const all = await testbed.actions();
  const own = Object.entries(actionsBetween(before, all));
  const byKind = Object.fromEntries(own.map(([kind, n]) => [kind, n / payments]));
  const reads = await testbed.provider.call<number[]>('reads', sessions);
  const isRead = (kind: string) => /Query/i.test(kind);
  const sumOf = (kinds: readonly string[]) => kinds.reduce((sum, kind) => sum + (byKind[kind] ?? 0), 0);
  return {
    events: mean(histories.map(({ events }) => events)),
    bytes: mean(histories.map(({ bytes }) => bytes)) / 1024,
    actions: sumOf(Object.keys(byKind).filter((kind) => !isRead(kind))),
    readActions: sumOf(Object.keys(byKind).filter(isRead)),
    providerReads: mean(reads),
    byKind,
    all,
  };
}

async function ofCopies(
  { client, load, ...testbed }: Testbed,
  variant: Variant,
  copies: number,
): Promise<Copies> {
  const { target, workflowId } = variant;
  const [session = ''] = newSessions(1);
  await testbed.setProvider([session], 'approved');
  const start = { target, sessions: [session], by: 'registration', concurrency: 1 };
  expectAll(await load.call<Done>('start', start), 201, variant.name);
  const connections = Math.min(copies, 50);
  expectAll(await load.call<Done>('copies', { target, session, copies, connections }), 202, variant.name);
  const shown = { target, sessions: [session], status: 'placed', concurrency: 1, pollMs: 10 };
  expectAll(await load.call<Done>('shown', shown), 200, variant.name);
  const { events } = await untilStill(client, workflowId(session));
  const [providerReads = 0] = await testbed.provider.call<number[]>('reads', [session]);
  return { events, providerReads };
}

function kindsOf(byKind: Actions): string {
  return Object.entries(byKind)
    .map(([kind, count]) => `${kind} ${Number(count.toFixed(2))}`)
    .join(', ');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const measures = [
    ['history events', 'events', ''],
    ['history', 'bytes', 'KiB'],
    ['billable actions', 'actions', ''],
    ['queries by a client that polls', 'readActions', ''],
    ['reads of the provider', 'providerReads', ''],
  ] as const;
  const added = (name: VariantName, of: keyof Copies) =>
    rounds.map(({ copies }) => copies[name].hundred[of] - copies[name].two[of]);
  return [
    ...measures.flatMap(([what, of, unit]) =>
      variantNames.map((name) =>
        figure(
          {
            name: `a payment: ${what}, ${name}`,
            unit,
            tags: { measure: 'footprint', of: unit === '' ? what : `${what}, ${unit}`, variant: name },
            ...(name === 'product' && targets[of] && { target: targets[of] }),
          },
          rounds.map(({ payment }) => payment[name][of]),
        ),
      ),
    ),
    ...variantNames.flatMap((name) =>
      (['events', 'providerReads'] as const).map((of) =>
        figure(
          {
            name: `100 copies of a hook: ${of === 'events' ? 'events' : 'reads'} more than 2 copies cost, ${name}`,
            unit: '',
            ...(name === 'product' && { target: { atMost: 0 } }),
          },
          added(name, of),
        ),
      ),
    ),
  ];
}
