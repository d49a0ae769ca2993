import { judge, laws } from '../../../evidence/chaos/judge/judge.ts';
import type { Evidence, ShownOrder, Step } from '../../../evidence/chaos/judge/evidence.ts';
import { honestEvidence, start } from './honest.ts';

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
type Draft = Mutable<Evidence>;

/** The laws that spoilt evidence breaks, with what is said of each. */
function brokenBy(spoil: (evidence: Draft) => void): Record<string, string> {
  const evidence = structuredClone(honestEvidence()) as Draft;
  spoil(evidence);
  const broken = judge(evidence as Evidence).filter(({ violations }) => violations.length > 0);
  return Object.fromEntries(broken.map(({ law, violations }) => [law, violations[0]!.what]));
}

const orderOf = (evidence: Draft, index: number) =>
  evidence.shown[evidence.orderIds[index]!] as Mutable<ShownOrder>;
const stepsOf = (evidence: Draft, run: number) => evidence.runs[run]!.steps as Step[];
const without = (evidence: Draft, run: number, isOut: (step: Step) => boolean) => {
  evidence.runs[run]!.steps = stepsOf(evidence, run).filter(
    (step) => !isOut(step),
  ) as Draft['runs'][0]['steps'];
};
const lastShown = (evidence: Draft, run: number) =>
  (
    stepsOf(evidence, run).findLast(({ is }) => is === 'published') as Mutable<
      Extract<Step, { is: 'published' }>
    >
  ).order;

test('an honest run breaks no law, and every law but one has looked at something', () => {
  const judgements = judge(honestEvidence());
  expect(
    judgements.flatMap(({ law, violations }) => violations.map(({ what }) => `${law}: ${what}`)),
  ).toEqual([]);
  expect(judgements.filter(({ checked }) => checked === 0)).toEqual([]);
});

interface Doctored {
  readonly law: string;
  readonly what: string;
  readonly spoil: (evidence: Draft) => void;
  readonly says: RegExp;
}

const doctored: readonly Doctored[] = [
  {
    law: 'durable',
    what: 'an acknowledged hook that no history has',
    spoil: (evidence) => without(evidence, 1, ({ is }) => is === 'signal'),
    says: /delivery 2 .* was answered 202, and no signal has it/,
  },
  {
    law: 'durable',
    what: 'a hook that was acknowledged before Temporal had it',
    spoil(evidence) {
      const signal = stepsOf(evidence, 1).find(({ is }) => is === 'signal') as Mutable<Step>;
      signal.at = start + 1_000 + 5_000;
    },
    says: /no signal has it/,
  },
  {
    law: 'durable',
    what: 'a copy that came in a later bucket and is no signal of its own',
    spoil(evidence) {
      const copy = evidence.calls.find(({ call }) => call === 7)!;
      copy.sentAt += 600_000;
      copy.answeredAt = copy.sentAt + 50;
    },
    says: /delivery 0/,
  },
  {
    law: 'once signalled',
    what: 'two signals of one hook in one run',
    spoil(evidence) {
      const steps = stepsOf(evidence, 1);
      steps.push({ ...steps.find(({ is }) => is === 'signal')!, id: 99, at: start + 9_000 });
    },
    says: /2 signals of order_status order_pending/,
  },
  {
    law: 'unreachable',
    what: 'a new hook that was acknowledged while Temporal was away',
    spoil(evidence) {
      evidence.calls.find(({ call }) => call === 8)!.status = 202;
    },
    says: /answered 202 while Temporal was away/,
  },
  {
    law: 'unreachable',
    what: 'a new hook that was acknowledged through a link that was a blackhole',
    spoil(evidence) {
      evidence.incidents = [
        { at: start + 20_000, what: 'faulted', whom: 'api-temporal', detail: 'blackhole' },
        { at: start + 26_000, what: 'healed', whom: 'api-temporal' },
      ];
      evidence.calls.find(({ call }) => call === 8)!.status = 202;
    },
    says: /had a blackhole/,
  },
  {
    law: 'decided',
    what: 'a hook that still waits in the end',
    spoil(evidence) {
      delete evidence.timelines[evidence.orderIds[0]!]![1]!.disposition;
    },
    says: /capture_status approved still waits/,
  },
  {
    law: 'decided',
    what: 'a copy that was taken for a new hook',
    spoil(evidence) {
      evidence.timelines[evidence.orderIds[0]!]![2]!.disposition = 'applied';
    },
    says: /a copy of order_status order_pending was applied/,
  },
  {
    law: 'starts nothing',
    what: 'an event about no money that started an order',
    spoil(evidence) {
      evidence.runs.push({ ...evidence.runs[1]!, orderId: evidence.orderIds[3]!, steps: [] });
    },
    says: /was started/,
  },
  {
    law: 'starts nothing',
    what: 'an event about no money that was refused',
    spoil(evidence) {
      evidence.calls.find(({ hook }) => hook === 4)!.status = 400;
    },
    says: /an ignored hook was answered 400/,
  },
  {
    law: 'provider',
    what: 'a sandbox that has forgotten a capture',
    spoil: (evidence) => void evidence.provider[0]!.pop(),
    says: /the scenario ends captured/,
  },
  {
    law: 'known',
    what: 'an acknowledged order that cannot be read',
    spoil(evidence) {
      delete evidence.shown[evidence.orderIds[0]!];
    },
    says: /is not there/,
  },
  {
    law: 'status',
    what: 'a status that is not the provider’s',
    spoil(evidence) {
      orderOf(evidence, 0).status = 'placed';
    },
    says: /shown as placed, the provider says captured/,
  },
  {
    law: 'money',
    what: 'a capture that counts twice',
    spoil(evidence) {
      orderOf(evidence, 0).amounts.captured = 24_000;
    },
    says: /captured 24000, must be 12000/,
  },
  {
    law: 'money',
    what: 'money that is one minor unit short',
    spoil(evidence) {
      orderOf(evidence, 0).amounts.authorized = 11_999;
    },
    says: /authorized 11999/,
  },
  {
    law: 'published',
    what: 'a state that the provider was never in, shown on the way',
    spoil(evidence) {
      const steps = stepsOf(evidence, 0).filter(({ is }) => is === 'published') as Mutable<
        Extract<Step, { is: 'published' }>
      >[];
      steps[1]!.order.status = 'rejected';
    },
    says: /rejected .* was shown after nothing/,
  },
  {
    law: 'published',
    what: 'an order that went back',
    spoil(evidence) {
      const steps = stepsOf(evidence, 0);
      const [, pending] = steps.filter(({ is }) => is === 'published');
      steps.push({ ...pending!, id: 98, at: start + 30_000 });
    },
    says: /pending .* was shown after captured/,
  },
  {
    law: 'forged',
    what: 'a forged approval that moved a session which nobody knows',
    spoil(evidence) {
      orderOf(evidence, 2).status = 'placed';
    },
    says: /it is placed/,
  },
  {
    law: 'forged',
    what: 'a forged capture that was believed',
    spoil(evidence) {
      orderOf(evidence, 1).amounts.captured = 12_000;
    },
    says: /captured 12000, must be 0/,
  },
  {
    law: 'forged',
    what: 'a session of nobody’s that a person was told of',
    spoil(evidence) {
      orderOf(evidence, 2).escalation = { ...orderOf(evidence, 1).escalation!, reasons: ['unverified'] };
    },
    says: /nobody’s was escalated/,
  },
  {
    law: 'terms',
    what: 'a registration that was acknowledged and is lost',
    spoil(evidence) {
      delete orderOf(evidence, 0).amounts.expected;
    },
    says: /registered with 12000, and shows expected undefined/,
  },
  {
    law: 'terms',
    what: 'an escalation that lost its owner',
    spoil(evidence) {
      const steps = stepsOf(evidence, 1);
      const last = structuredClone(steps.at(-1)!) as Extract<Step, { is: 'published' }>;
      const { escalation } = lastShown(evidence, 1);
      escalation!.owner = 'kim';
      steps.push({ ...last, id: 99 });
    },
    says: /that kim took on lost its owner/,
  },
  {
    law: 'sequence',
    what: 'a number that was left out',
    spoil(evidence) {
      lastShown(evidence, 0).sequence = 3;
    },
    says: /1 is followed by 3, with 1 to tell/,
  },
  {
    law: 'sequence',
    what: 'a numbering that begins anew',
    spoil(evidence) {
      lastShown(evidence, 1).sequence = 0;
    },
    says: /1 is followed by 0/,
  },
  {
    law: 'escalated',
    what: 'an order that is pending past its rung and nobody was told',
    spoil(evidence) {
      orderOf(evidence, 1).escalation = null;
      stepsOf(evidence, 1).pop();
      evidence.escalated.ids = [];
    },
    says: /pending for 59 s and nobody was told/,
  },
  {
    law: 'escalated',
    what: 'an order that is unverified past its rung and nobody was told',
    spoil(evidence) {
      orderOf(evidence, 0).unverifiedSince = new Date(start).toISOString();
    },
    says: /unverified for 60 s/,
  },
  {
    law: 'escalated',
    what: 'an escalation that is not listed',
    spoil(evidence) {
      evidence.escalated.ids = [];
    },
    says: /is not listed/,
  },
  {
    law: 'escalated',
    what: 'an escalation that outlived its reason',
    spoil(evidence) {
      orderOf(evidence, 0).escalation = { ...orderOf(evidence, 1).escalation! };
    },
    says: /escalated as pending and is captured/,
  },
  {
    law: 'looked up',
    what: 'a hook with news that brought no read',
    spoil: (evidence) => without(evidence, 0, ({ id }) => id === 9),
    says: /capture-0 was heard and not looked up/,
  },
  {
    law: 'looked up',
    what: 'a hook that came during a read and is taken for covered by it',
    spoil(evidence) {
      const steps = stepsOf(evidence, 0);
      without(evidence, 0, ({ id }) => id === 9);
      // A read that had begun before the hook came, and did not have it.
      const queued: Step[] = [
        { id: 6.5, at: start + 3_000, is: 'read-queued', task: 3 },
        {
          id: 8.5,
          at: start + 4_200,
          is: 'queued-read',
          askedId: 6.5,
          result: { isAnswer: true, isOk: true, ids: ['tx-0'] },
        },
        { id: 8.7, at: start + 4_210, is: 'task', startedId: 8.6 },
      ];
      evidence.runs[0]!.steps = [...steps.filter(({ id }) => id !== 9), ...queued].toSorted(
        (a, b) => a.id - b.id,
      ) as Draft['runs'][0]['steps'];
    },
    says: /was heard and not looked up/,
  },
  {
    law: 'looked up',
    what: 'a claim that was not confirmed and waits for the next recheck',
    spoil(evidence) {
      without(evidence, 0, ({ is, id }) => is === 'timer-cancelled' || id >= 11);
    },
    says: /was not confirmed, and the next look is in 5\.0 s/,
  },
  {
    law: 'frugal',
    what: 'an order that reads without end',
    spoil(evidence) {
      const read = stepsOf(evidence, 1).find(({ is }) => is === 'local-read')!;
      stepsOf(evidence, 1).push(...Array.from({ length: 300 }, (_, place) => ({ ...read, id: 100 + place })));
    },
    says: /301 reads in 60 s/,
  },
  {
    law: 'history',
    what: 'a run that failed',
    spoil: (evidence) =>
      void stepsOf(evidence, 1).push({ id: 99, at: start, is: 'ended', how: 'failed: oops' }),
    says: /a run failed: oops/,
  },
  {
    law: 'history',
    what: 'a task that failed by itself',
    spoil(evidence) {
      const cause = 'WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR';
      stepsOf(evidence, 1).push({ id: 99, at: start, is: 'task-failed', cause, message: 'no such command' });
    },
    says: /NON_DETERMINISTIC_ERROR: no such command/,
  },
  {
    law: 'history',
    what: 'a history that is too long',
    spoil(evidence) {
      evidence.runs[0]!.events = 1_501;
    },
    says: /1501 events/,
  },
  {
    law: 'replays',
    what: 'a history that does not replay',
    spoil(evidence) {
      evidence.replays[0]!.error = 'nondeterminism';
    },
    says: /nondeterminism/,
  },
];

test.each(doctored.map((each) => [each.law, each.what, each] as const))(
  '%s: %s',
  (law, _what, { spoil, says }) => {
    expect(brokenBy(spoil)[law] ?? 'it holds').toMatch(says);
  },
);

test('every law can fail', () => {
  expect([...new Set(doctored.map(({ law }) => law))].sort()).toEqual(laws.map(({ name }) => name).sort());
});

describe('what is no violation', () => {
  test.each<[string, (evidence: Draft) => void]>([
    [
      'a task that a kill has cost',
      (evidence) => {
        const cause = 'WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND';
        stepsOf(evidence, 0).push(
          { id: 98, at: start, is: 'task-late' },
          { id: 99, at: start, is: 'task-failed', cause, message: '' },
        );
      },
    ],
    [
      'a copy that is acknowledged while Temporal is away',
      (evidence) => {
        const copy = { ...evidence.calls.find(({ hook }) => hook === 0)! };
        evidence.calls.push({ ...copy, call: 9, sentAt: start + 22_000, answeredAt: start + 22_010 });
      },
    ],
    [
      'a hook that nobody answered, whether it arrived or not',
      (evidence) => {
        const call = evidence.calls.find(({ call: number }) => number === 8)!;
        delete call.status;
        delete call.answeredAt;
      },
    ],
    [
      'an order that a person has put away',
      (evidence) => {
        orderOf(evidence, 0).unverifiedSince = new Date(start).toISOString();
        const resolved = { call: 9, kind: 'person', order: 0, act: 'resolve', attempt: 1 } as const;
        evidence.calls.push({ ...resolved, sentAt: start + 30_000, answeredAt: start + 30_050, status: 200 });
      },
    ],
  ])('%s', (_what, spoil) => {
    expect(brokenBy(spoil)).toEqual({});
  });
});
