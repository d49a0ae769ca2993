import { depositScenarios, payoutScenarios, spoilBridgerpayReads } from './bridgerpay-scenarios.ts';
import {
  briefScenarios,
  briqpayScenarios,
  busyScenarios,
  forgeClaims,
  spoilReads,
  unknownScenarios,
} from './briqpay-scenarios.ts';
import { calmOf } from './disturbances.ts';
import { randomFor, type Random } from '../../kit/random.ts';
import { ScenarioBuilder, type PlannedScenario } from './scenario-builder.ts';
import { accounts, type Kind, type Provider, type ScenarioEnd } from './types.ts';

interface Scenario {
  readonly name: string;
  readonly build: (builder: ScenarioBuilder) => ScenarioEnd;
  readonly provider: Provider;
  readonly account: string;
  readonly kind: Kind;
  /** Its weight among the others, and its least number in any plan. */
  readonly share: number;
  readonly least: number;
  /** It begins within this part of the span, early enough to end. */
  readonly beginsBy: number;
  readonly beginsAt?: number;
  /** It begins in the part without disturbances, so that its course is as planned. */
  readonly isInCalm?: true;
  /** Chance adds no registration, no forged claim and no failing read. */
  readonly isFixed?: true;
  /** A stale read would rightly take its outcome back, so that none is drawn. */
  readonly isReversible?: true;
  readonly prefix?: string;
}

/** Picks the scenario of each order, in a random order: each as often as it must be, then others by their shares. */
export function pickScenarios(seed: number, orders: number): Scenario[] {
  const random = randomFor(seed, 'cast');
  const musts = catalogue.flatMap((scenario) => Array.from({ length: scenario.least }, () => scenario));
  const weighted = catalogue.flatMap((scenario) =>
    Array.from({ length: scenario.share * 10 }, () => scenario),
  );
  const others = Array.from({ length: Math.max(0, orders - musts.length) }, () =>
    random.pick(weighted as [Scenario, ...Scenario[]]),
  );
  return random.shuffle([...musts, ...others].slice(0, orders));
}

/** Plans one order after its scenario. */
export function planScenario(
  seed: number,
  index: number,
  scenario: Scenario,
  spanMs: number,
): PlannedScenario {
  const random = randomFor(seed, `order ${index}`);
  const { name, provider, account, kind, prefix } = scenario;
  const builder = new ScenarioBuilder({
    index,
    scenario: name,
    provider,
    account,
    kind,
    ...(prefix !== undefined && { key: `${prefix}-${seed}-${index}` }),
    ...(prefix !== undefined && provider === 'briqpay' && { isUnknown: true as const }),
    currency: provider === 'briqpay' ? 'SEK' : 'EUR',
    openAt: openingTime(scenario, spanMs, random),
    spanMs,
    random,
  });
  if (!scenario.isFixed && random.chance(0.12)) spoil(builder, scenario);
  const ends = scenario.build(builder);
  if (!scenario.isFixed) addByChance(builder, scenario);
  return builder.end(ends);
}

function openingTime({ beginsAt = 0, beginsBy, isInCalm }: Scenario, spanMs: number, random: Random): number {
  const calm = calmOf(spanMs);
  const [from, to] = isInCalm ? [calm.from, calm.to - 8_000] : [beginsAt * spanMs, beginsBy * spanMs];
  return random.int(Math.floor(from), Math.floor(to));
}

function spoil(builder: ScenarioBuilder, { provider, isReversible }: Scenario): void {
  if (provider === 'briqpay') spoilReads(builder, !isReversible);
  else spoilBridgerpayReads(builder, !isReversible);
}

function addByChance(builder: ScenarioBuilder, scenario: Scenario): void {
  const { random } = builder;
  if (!builder.isRegistered && random.chance(0.5))
    builder.register(registrationTime(random, builder.openedAt, builder.now));
  if (scenario.provider === 'briqpay' && random.chance(0.15)) forgeClaims(builder);
  if (random.chance(0.06)) builder.person('recheck', builder.now + random.int(0, 4_000));
  if (random.chance(0.1)) spoil(builder, scenario);
}

/** Draws a time before, among or after its hooks. */
function registrationTime(random: Random, from: number, to: number): number {
  return random.pick([from, from, random.int(from, to), to + random.int(1_000, 8_000)]);
}

type Common = Pick<Scenario, 'provider' | 'account' | 'kind'>;

const briqpay: Common = { provider: 'briqpay', account: accounts.briqpay, kind: 'deposit' };
const busy: Common = { provider: 'briqpay', account: accounts.busy, kind: 'deposit' };
const brief: Common = { provider: 'briqpay', account: accounts.brief, kind: 'deposit' };
const deposit: Common = { provider: 'bridgerpay', account: accounts.bridgerpay, kind: 'deposit' };
const payout: Common = { provider: 'bridgerpay', account: accounts.bridgerpay, kind: 'payout' };

const fixed = { isFixed: true } as const;
const early = 0.3;

const catalogue: readonly Scenario[] = [
  // Scenarios that show what few others show.
  ...scenarios(briqpay, briqpayScenarios, {
    hook_during_read: { share: 3, least: 5, isInCalm: true, ...fixed },
    older_read: { share: 3, least: 4, ...fixed },
    hook_before_fact: { share: 2, least: 4, beginsBy: 0.5, ...fixed },
    late_forgery: { share: 2, least: 4, beginsBy: 0.5, ...fixed },
    pending_for_long: { share: 4, least: 4, beginsBy: early },
    pending_for_ever: { share: 3, least: 3, beginsBy: early },
    abandoned: { share: 3, least: 2, beginsBy: 0.4 },
    session_expires: { share: 1, least: 1 },
    hooks_lost: { share: 4, least: 3, ...fixed },
  }),
  // They end before the part without disturbances.
  ...scenarios(busy, busyScenarios, {
    busy: { share: 0.3, least: 2, beginsAt: 0.2, beginsBy: 0.25, ...fixed },
  }),
  ...scenarios(brief, briefScenarios, {
    closed_then_refunded: { share: 2, least: 3, beginsBy: early, ...fixed },
    closed_then_told: { share: 2, least: 2, beginsBy: early, ...fixed },
  }),
  ...scenarios(briqpay, unknownScenarios, {
    unknown_session: { share: 3, least: 3, prefix: 'unknown', ...fixed },
    registered_unknown: { share: 1, least: 2, prefix: 'never', beginsBy: early, ...fixed },
    ignored_event: { share: 0.5, least: 1, prefix: 'ignored', ...fixed },
    refused_hook: { share: 0.5, least: 1, prefix: '..%2frefused', ...fixed },
  }),
  ...scenarios(deposit, depositScenarios, {
    declined_then_approved: { share: 3, least: 2, isReversible: true, prefix: 'deposit' },
    deposit_pending_for_long: { share: 1, least: 1, beginsBy: early, prefix: 'deposit' },
    deposit_pending_for_ever: { share: 1, least: 1, beginsBy: early, prefix: 'deposit' },
    cashier_closed: { share: 1, least: 1, beginsBy: 0.4, prefix: 'deposit' },
    deposit_on_hold: { share: 1, least: 1, beginsBy: early, prefix: 'deposit' },
    deposit_taken_back: { share: 1, least: 1, isReversible: true, prefix: 'deposit' },
  }),
  ...scenarios(payout, payoutScenarios, {
    paid_out: { share: 2, least: 2, prefix: 'payout' },
    payout_declined: { share: 1, least: 1, isReversible: true, prefix: 'payout' },
  }),
  // Ordinary courses.
  ...scenarios(deposit, depositScenarios, {
    approved: { share: 4, prefix: 'deposit' },
    declined: { share: 2, isReversible: true, prefix: 'deposit' },
    deposit_refunded: { share: 3, prefix: 'deposit' },
    deposit_refunded_in_part: { share: 3, prefix: 'deposit' },
    deposit_refunded_in_parts: { share: 3, prefix: 'deposit' },
  }),
  ...scenarios(briqpay, briqpayScenarios, {
    captured: { share: 9 },
    captured_in_parts: { share: 6 },
    captured_in_part: { share: 4 },
    refunded: { share: 6 },
    refunded_in_part: { share: 5 },
    twins: { share: 6 },
    capture_settles: { share: 4 },
    capture_fails_first: { share: 4 },
    capture_fails_after_word: { share: 2, isReversible: true },
    placed: { share: 4 },
    rejected: { share: 4, isReversible: true },
    cancelled: { share: 5, isReversible: true },
  }),
];

function scenarios<Builders extends Readonly<Record<string, (builder: ScenarioBuilder) => ScenarioEnd>>>(
  common: Common,
  builds: Builders,
  settings: { readonly [Name in keyof Builders]?: { readonly share: number } & Partial<Scenario> },
): Scenario[] {
  return Object.entries(settings).map(([name, own]) => ({
    name,
    build: builds[name]!,
    ...common,
    least: 1,
    beginsBy: 0.65,
    ...(own as { readonly share: number }),
  }));
}
