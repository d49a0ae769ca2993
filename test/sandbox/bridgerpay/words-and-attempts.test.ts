import { defaultBridgerpay } from '../../../sandbox/app.ts';
import { type BridgerpayHarness, type Json, openBridgerpay } from './harness.ts';

let harness: BridgerpayHarness;
beforeEach(async () => {
  harness = await openBridgerpay();
});
afterEach(() => harness.close());

const depositOf = async (id: string): Promise<Json> => (await harness.deposit(id)).body.result.deposit;
const wordOf = async (id: string) => (await depositOf(id)).status;
const transaction = (id: string) =>
  harness.call('GET', `/mpi/v2/${defaultBridgerpay.apiKey}/deposit/transaction/${id}`, undefined, bearer());
const bearer = () => ({ authorization: `Bearer ${token}` });

let token: string;
beforeEach(async () => {
  token = await harness.renew();
});

describe('the status', () => {
  test.each(['chargeback', 'refunded', 'partly_refunded', 'in_review'])(
    'says %s, whatever was paid or told, until it is taken back',
    async (word) => {
      const id = await harness.order();
      await harness.act(id, { action: 'approve', hooks: false }, { action: 'say', word });
      expect(await wordOf(id)).toBe(word);
      await harness.act(id, { action: 'say', word: null });
      expect(await wordOf(id)).toBe('approved');
      expect((await harness.ledger(id)).deliveries).toEqual([]);
    },
  );

  test('the next status takes a word back', async () => {
    const id = await harness.order();
    await harness.act(id, 'approve', { action: 'say', word: 'chargeback' }, 'void');
    expect(await wordOf(id)).toBe('voided');
  });

  test('can be wrong for so many reads', async () => {
    const id = await harness.order({ faults: [{ kind: 'status_word', value: 'refunded', times: 2 }] });
    await harness.act(id, 'approve');
    expect([await wordOf(id), await wordOf(id), await wordOf(id)]).toEqual([
      'refunded',
      'refunded',
      'approved',
    ]);
  });

  test.each(['void', 'decline'])('%s takes approved money back', async (action) => {
    const id = await harness.order();
    await harness.act(id, 'approve', action);
    expect(await wordOf(id)).toBe(action === 'void' ? 'voided' : 'declined');
  });

  test('a capture is on its way, and then it is not', async () => {
    const id = await harness.order();
    await harness.act(id, { action: 'authorize', transactionId: 'auth-1' });
    const seen = [await wordOf(id)];
    await harness.act(id, { action: 'pay', transactionId: 'auth-1', status: 'capture_in_progress' });
    seen.push(await wordOf(id));
    await harness.act(id, { action: 'authorize', transactionId: 'auth-1' });
    seen.push(await wordOf(id));
    expect(seen).toEqual(['authorized', 'capture_in_progress', 'authorized']);
  });

  test.each([
    [true, true, 'partly_refunded', 1],
    [true, false, 'partly_refunded', 0],
    [false, true, 'approved', 1],
    [false, false, 'approved', 0],
  ])('follows its refunds: %s, tells them: %s', async (readsShowRefunds, hooks, word, told) => {
    const id = await harness.order({ behaviour: { readsShowRefunds } });
    await harness.act(id, { action: 'approve', hooks: false }, { action: 'refund', amount: '5.00', hooks });
    await harness.settled(id);
    expect(await wordOf(id)).toBe(word);
    expect((await harness.ledger(id)).deliveries).toHaveLength(told);
  });

  test('of a payout can be any word too', async () => {
    const id = await harness.order({ kind: 'payout' });
    await harness.act(id, { action: 'say', word: 'reversed' });
    expect((await harness.payouts(id)).body.result[0].status).toBe('Reversed');
  });
});

describe('the ids of a payment', () => {
  test('its capture has another id in the same group, and notifications say so', async () => {
    const id = await harness.order();
    await harness.act(id, { action: 'authorize', transactionId: 'auth-1', pspOrderId: 'g-1' });
    const before = await depositOf(id);
    await harness.act(id, { action: 'approve', newTransactionId: 'cap-1' });
    const after = await depositOf(id);
    expect([before, after]).toMatchObject([
      { transaction_id: 'auth-1', psp_order_id: 'g-1', status: 'authorized' },
      { transaction_id: 'cap-1', psp_order_id: 'g-1', status: 'approved' },
    ]);
    const told = (await harness.told(2)).map(({ data }) => [data.charge.id, data.charge.psp_order_id]);
    expect(told).toEqual([
      ['auth-1', 'g-1'],
      ['cap-1', 'g-1'],
    ]);
  });

  test('two transactions in one group', async () => {
    const id = await harness.order();
    await harness.act(
      id,
      { action: 'authorize', transactionId: 'auth-1', pspOrderId: 'g-1' },
      { action: 'approve', transactionId: 'cap-1', pspOrderId: 'g-1' },
    );
    expect((await harness.control('GET', harness.orderPath(id))).body.attempts).toMatchObject([
      { transactionId: 'auth-1', pspOrderId: 'g-1', status: 'authorized' },
      { transactionId: 'cap-1', pspOrderId: 'g-1', status: 'approved' },
    ]);
  });

  test('an id comes later, in the same group', async () => {
    const id = await harness.order();
    await harness.act(id, { action: 'pay', transactionId: 'tx-1', hideId: true });
    const early = await depositOf(id);
    await harness.act(id, { action: 'authorize', transactionId: 'tx-1' });
    const still = await depositOf(id);
    await harness.act(id, { action: 'approve', hideId: false });
    const late = await depositOf(id);
    expect([early.transaction_id, still.transaction_id, late.transaction_id]).toEqual([null, null, 'tx-1']);
    expect(new Set([early.psp_order_id, still.psp_order_id, late.psp_order_id]).size).toBe(1);
    const told = (await harness.told(2)).map(({ data }) => data.charge.id);
    expect(told).toEqual([null, 'tx-1']);
  });

  test.each([
    ['in_process', { action: 'pay' }],
    ['approved_on_hold', { action: 'hold' }],
  ])('a second attempt %s has another group', async (status, action) => {
    const id = await harness.order();
    await harness.act(id, { action: 'decline', transactionId: 'tx-1' });
    const first = await depositOf(id);
    await harness.act(id, { ...action, transactionId: 'tx-2' });
    const second = await depositOf(id);
    expect([first.status, second.transaction_id, second.status]).toEqual(['declined', 'tx-2', status]);
    expect(second.psp_order_id).not.toBe(first.psp_order_id);
  });

  test.each(['0.00', '20.00', '30.00'])('approved for %s', async (amount) => {
    const id = await harness.order();
    await harness.act(id, 'authorize', { action: 'approve', amount });
    expect(await depositOf(id)).toMatchObject({ amount, status: 'approved' });
    const [, approved] = await harness.told(2);
    expect(approved.data.charge.attributes.amount).toBe(Number(amount));
  });
});

describe('a transaction that no read knows', () => {
  test('its order has no deposit, or shows the attempt before it, until it returns', async () => {
    const id = await harness.order();
    const { ids } = (await harness.act(id, { action: 'approve', transactionId: 'tx-1' })).body;
    await harness.act(id, { action: 'hide' });
    expect((await harness.deposit(id)).body.response.code).toBe(404);
    expect((await transaction(ids.id)).body.response.code).toBe(404);
    await harness.act(id, { action: 'hide', on: false }, { action: 'decline', transactionId: 'tx-2' });
    expect((await depositOf(id)).transaction_id).toBe('tx-2');
    await harness.act(id, { action: 'hide', transactionId: 'tx-2' });
    expect((await depositOf(id)).transaction_id).toBe('tx-1');
    expect((await transaction(ids.id)).body.result.deposit.transaction_id).toBe('tx-1');
  });

  test('payouts lack it in their list and by id', async () => {
    const id = await harness.order({ kind: 'payout' });
    const [{ id: one }] = (await harness.payouts(id)).body.result;
    await harness.act(id, { action: 'hide' });
    expect((await harness.payouts(id)).body.result).toEqual([]);
    expect((await harness.payout(one)).body.response.code).toBe(404);
  });

  test.each(['say', 'hide'])('%s needs a transaction', async (action) => {
    const id = await harness.order();
    const more = action === 'say' ? { word: 'chargeback' } : {};
    expect((await harness.act(id, { action, ...more })).status).toBe(409);
  });
});

describe("a deposit by BridgerPay's own id", () => {
  test('an older attempt, by the uuid of its notification', async () => {
    const id = await harness.order({ behaviour: { newerFields: true } });
    await harness.act(
      id,
      { action: 'decline', transactionId: 'tx-1' },
      { action: 'pay', transactionId: 'tx-2' },
    );
    const [declined] = await harness.told(1);
    const { uuid } = declined.data.charge;
    expect((await depositOf(id)).transaction_id).toBe('tx-2');
    const { status, body } = await transaction(uuid);
    expect([status, body.response]).toEqual([200, { status: 'success', code: 200, message: 'OK' }]);
    expect(body.result.deposit).toMatchObject({
      id: uuid,
      transaction_id: 'tx-1',
      merchant_order_id: id,
      status: 'declined',
      amount: '22.96',
      payment_method: 'credit_card',
      cashier_session_id: declined.meta.cashier_session_id,
    });
  });

  test('by the refund_id of an approved notification', async () => {
    const id = await harness.order();
    await harness.act(id, 'approve');
    const [approved] = await harness.told(1);
    const { body } = await transaction(approved.data.charge.refund_id);
    expect(body.result.deposit).toMatchObject({ merchant_order_id: id, status: 'approved' });
  });

  test.each(['nobody', 'a payout'])('%s is unknown', async (whose) => {
    const payout = await harness.order({ kind: 'payout' });
    const [{ id }] = (await harness.payouts(payout)).body.result;
    const { status, body } = await transaction(whose === 'nobody' ? 'nobody' : id);
    expect([status, body.response.code, body.result]).toEqual([200, 404, null]);
  });

  test('needs the token and the key, and takes faults and patches of its own', async () => {
    const id = await harness.order();
    const { ids } = (await harness.act(id, 'approve')).body;
    const path = `/deposit/transaction/${ids.id}`;
    const anonymous = await harness.call('GET', `/mpi/v2/${defaultBridgerpay.apiKey}${path}`, undefined, {});
    const stranger = await harness.call('GET', `/mpi/v2/other${path}`, undefined, bearer());
    expect([anonymous.status, stranger.status]).toEqual([401, 401]);
    expect((await harness.call('GET', '/mpi/v2/nowhere', undefined, bearer())).body.response.code).toBe(404);
    await harness.control('PUT', `${harness.orderPath(id)}/faults`, [
      { kind: 'status', status: 503, on: 'read.transaction' },
    ]);
    await harness.control('PUT', `${harness.orderPath(id)}/patches`, [
      { on: 'read.transaction', set: { result: { deposit: { amount: 22.96 } } } },
    ]);
    expect((await depositOf(id)).amount).toBe('22.96');
    expect((await transaction(ids.id)).status).toBe(503);
    expect((await transaction(ids.id)).body.result.deposit.amount).toBe(22.96);
  });
});
