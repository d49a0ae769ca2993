import { isTaken } from '../drive/calls.ts';
import { isKnown, truthOf, type Case } from './case.ts';
import type { ShownOrder } from './evidence.ts';
import { amountDifferences, expectedOf } from './expected.ts';
import { eachOrder, type Law } from './law.ts';
import type { ProviderState } from './provider-state.ts';

const nothingToSay = { checked: 0, wrong: [] } as const;

/** The sandbox itself is checked against the plan: every other law rests on it. */
const provider = eachOrder(
  'provider',
  'the sandbox holds what each scenario did there, over every kill',
  (found) => {
    const { order } = found;
    if (order.isUnknown) return nothingToSay;
    const truth = truthOf(found);
    const { status, captured, refunded } = order.ends;
    const isSo = truth?.status === status && truth.captured === captured && truth.refunded === refunded;
    return {
      checked: 1,
      wrong: isSo
        ? []
        : [
            `it holds ${JSON.stringify(truth)}, the scenario ends ${status}, captured ${captured}, refunded ${refunded}`,
          ],
    };
  },
);

const known = eachOrder('known', 'every order that was acknowledged can be read', (found) =>
  isKnown(found) ? { checked: 1, wrong: found.shown ? [] : [`${found.id} is not there`] } : nothingToSay,
);

const status = eachOrder('status', 'every final status is the provider’s', (found) => {
  if (!found.shown) return nothingToSay;
  const must = expectedOf(found).status;
  const is = found.shown.status;
  return { checked: 1, wrong: is === must ? [] : [`it is shown as ${is}, the provider says ${must}`] };
});

const money = eachOrder(
  'money',
  'every amount is the provider’s, to the minor unit: nothing is lost and nothing counts twice',
  (found) => {
    if (!found.shown) return nothingToSay;
    const { shown } = found;
    return { checked: 6, wrong: amountDifferences(expectedOf(found), shown.amounts) };
  },
);

/** Every published version, not only the last. */
const published = eachOrder(
  'published',
  'whatever was shown of an order at any time, the provider was in that state, and in that order',
  (found) => ({ checked: found.published.length, wrong: firstFalseView(found) }),
);

function firstFalseView({ provider: states, published: chain, order }: Case): string[] {
  let reached = -1;
  for (const { order: shown } of chain) {
    if (reached < 0 && isBeforePayment(shown)) continue;
    const next = states.findIndex(
      (state, index) => index >= reached && isShownAs(state, shown, order.provider),
    );
    if (next < 0) {
      const past = reached < 0 ? 'nothing' : states[reached]!.status;
      return [
        `${describe(shown)} was shown after ${past}; the provider went ${states.map(({ status: s }) => s).join(', ')}`,
      ];
    }
    reached = next;
  }
  return [];
}

function isBeforePayment({ status: word, amounts }: ShownOrder): boolean {
  const { authorized = 0, captured = 0, refunded = 0 } = amounts;
  return (word === 'created' || word === 'expired') && authorized + captured + refunded === 0;
}

function isShownAs(state: ProviderState, { status: word, amounts }: ShownOrder, by: string): boolean {
  const { authorized = 0, captured = 0, refunded = 0, capturePending = 0, refundPending = 0 } = amounts;
  const isStatus = state.status === word || (state.status === 'created' && word === 'expired');
  const isMoney =
    state.authorized === authorized &&
    state.captured === captured &&
    state.capturePending === capturePending &&
    state.refundPending === refundPending;
  // BridgerPay’s reads tell less than all refunds.
  return isStatus && isMoney && (by === 'briqpay' ? state.refunded === refunded : refunded <= state.refunded);
}

function describe({ status: word, amounts }: ShownOrder): string {
  const { authorized, captured, refunded } = amounts;
  return `${word} (authorized ${authorized ?? '?'}, captured ${captured ?? '?'}, refunded ${refunded ?? '?'})`;
}

/** Forged claims. */
const forged = eachOrder(
  'forged',
  'a forged claim moves nothing, and an unknown session ends quietly',
  (found) => {
    const isForged = found.hooks.some(({ nature }) => nature === 'forged');
    if (!isForged || !found.shown) return nothingToSay;
    const { shown, order } = found;
    const wrong = [...amountDifferences(expectedOf(found), shown.amounts), ...firstFalseView(found)];
    if (shown.status !== expectedOf(found).status) wrong.push(`it is ${shown.status}`);
    if (order.isUnknown && !order.registration && shown.escalation)
      wrong.push(`a session that is nobody’s was escalated: ${shown.escalation.reasons.join(', ')}`);
    return { checked: 1, wrong: wrong.slice(0, 1) };
  },
);

/** Acknowledged registrations, and the owners of escalations. */
const terms = eachOrder(
  'terms',
  'what was registered, and was answered 2xx, stands in the order, and who took an escalation on keeps it',
  (found) => {
    const { order, calls, shown } = found;
    const isRegistered = calls.some((call) => call.kind === 'register' && isTaken(call));
    if (!isRegistered || !order.registration || !shown) return { checked: 0, wrong: lostOwners(found) };
    const isSo = shown.amounts.expected === order.amount && shown.reference === order.registration.reference;
    const said = `expected ${shown.amounts.expected}, reference ${shown.reference}`;
    return {
      checked: 1,
      wrong: [
        ...(isSo ? [] : [`it was registered with ${order.amount}, and shows ${said}`]),
        ...lostOwners(found),
      ],
    };
  },
);

function lostOwners({ published: chain }: Case): string[] {
  return chain.flatMap(({ order: { escalation } }, index) => {
    const before = chain[index - 1]?.order.escalation;
    const isLost =
      before?.owner && escalation?.openedAt === before.openedAt && escalation.owner !== before.owner;
    return isLost ? [`the escalation that ${before.owner} took on lost its owner`] : [];
  });
}

/** The numbers of merchant events. */
const sequence = eachOrder(
  'sequence',
  'the sequence rises by one with everything there is to tell, and by nothing else, over all runs',
  ({ published: chain }) => {
    const wrong = chain.flatMap(({ order }, index) => {
      const before = chain[index - 1]?.order;
      if (!before) return order.sequence === 0 ? [] : [`it begins with ${order.sequence}`];
      if (isUnannounced(before) || isUnannounced(order)) return [];
      const told = announcements(before, order);
      const rise = order.sequence - before.sequence;
      return rise === told
        ? []
        : [`${before.sequence} is followed by ${order.sequence}, with ${told} to tell`];
    });
    return { checked: chain.length, wrong };
  },
);

/** Whether its events are withheld: a session of no merchant has none, and one whose reads flip has them later. */
function isUnannounced({ findings }: ShownOrder): boolean {
  return findings.some(({ code }) => code === 'foreign_session' || code === 'flapping');
}

/** Its escalation; one that a person resolved is over, though it still holds. */
function waitingIn({ escalation }: ShownOrder): ShownOrder['escalation'] {
  return escalation?.state === 'resolved' ? null : escalation;
}

function announcements(before: ShownOrder, now: ShownOrder): number {
  const { captured = 0, refunded = 0 } = now.amounts;
  const hasMoved =
    before.status !== now.status ||
    (before.amounts.captured ?? 0) !== captured ||
    (before.amounts.refunded ?? 0) !== refunded;
  const [was, is] = [waitingIn(before), waitingIn(now)];
  const hasEscalated = was === null ? is !== null : is === null || is.level > was.level;
  return Number(hasMoved && now.status !== 'created') + Number(hasEscalated);
}

export const orderLaws: readonly Law[] = [provider, known, status, money, published, forged, terms, sequence];
