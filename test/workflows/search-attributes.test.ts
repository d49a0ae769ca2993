import { openOrder } from '../../src/domain/order/state.ts';
import { attributesOf } from '../../src/workflows/contract/search-attributes.ts';
import { deposit } from '../domain/support.ts';
import { defaultPolicy } from '../../src/domain/escalation/policy.ts';

const state = openOrder({ identity: deposit, policy: defaultPolicy }, 0);
const shownBy = (version: number) =>
  attributesOf(state, version)
    .map(({ key }) => key.name)
    .toSorted();

// Replay does not notice an attribute that travels in an upsert which was there anyway.
test('a new search attribute has the next version of the projection: that of the first shows these and no other', () => {
  expect(shownBy(1)).toEqual([
    'Account',
    'ChangedAt',
    'EscalatedAt',
    'EscalationLevel',
    'EscalationReason',
    'EscalationState',
    'NeedsAttention',
    'OrderStatus',
    'PendingSince',
    'Provider',
    'Reference',
  ]);
});
