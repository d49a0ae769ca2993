import { type Harness, type Json, openHarness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const bodyOf = async (id: string): Promise<Json> => (await harness.read(id)).body;
const wordOf = async (id: string) => (await bodyOf(id)).moduleStatus.payment.orderStatus;

async function approved() {
  const id = await harness.session();
  await harness.act(id, 'complete', 'approve');
  return id;
}

describe('the order status', () => {
  test('says captured_full while the capture is pending, and after it was rejected, until it is taken back', async () => {
    const id = await approved();
    const seen = async () => {
      const { data } = await bodyOf(id);
      return [await wordOf(id), data.captures[0].status];
    };
    await harness.act(
      id,
      { action: 'capture', captureId: 'c1', status: 'pending' },
      { action: 'say', word: 'captured_full' },
    );
    expect(await seen()).toEqual(['captured_full', 'pending']);
    await harness.act(id, { action: 'settle_capture', captureId: 'c1', status: 'rejected' });
    expect(await seen()).toEqual(['captured_full', 'rejected']);
    await harness.act(id, { action: 'say', word: null });
    expect(await seen()).toEqual(['order_approved_not_captured', 'rejected']);
  });

  test.each([
    ['approve', 'order_approved_not_captured'],
    ['reject', 'order_rejected'],
    ['cancel', 'order_cancelled'],
  ])('%s is the next outcome, and takes a word back', async (action, word) => {
    const id = await approved();
    await harness.act(id, { action: 'say', word: 'order_under_review' });
    expect(await wordOf(id)).toBe('order_under_review');
    expect((await harness.act(id, action)).body.orderStatus).toBe(word);
    expect(await wordOf(id)).toBe(word);
  });

  test('stands in a session that was never completed, and its hook goes to those who asked for it', async () => {
    const id = await harness.session();
    await harness.act(
      id,
      { action: 'say', word: 'order_rejected' },
      { action: 'say', word: 'order_under_review' },
    );
    expect(await wordOf(id)).toBe('order_under_review');
    const [hook] = await harness.receiver.until(1);
    expect(hook!.fields).toMatchObject({ event: 'order_status', status: 'order_rejected', sessionId: id });
  });

  test('can be wrong for so many reads', async () => {
    const id = await approved();
    await harness.control('PUT', `/sessions/${id}/faults`, [
      { kind: 'order_status', value: 'captured_full', times: 2 },
    ]);
    const read = [await wordOf(id), await wordOf(id), await wordOf(id)];
    expect(read).toEqual(['captured_full', 'captured_full', 'order_approved_not_captured']);
  });
});

describe('several attempts in one session', () => {
  test('a second one after a rejection, while the session is open', async () => {
    const id = await harness.session();
    await harness.act(id, { action: 'complete', keepOpen: true, transactionId: 'tx-1' }, 'reject');
    const rejected = await bodyOf(id);
    expect([rejected.status, rejected.moduleStatus.payment.orderStatus]).toEqual([
      'started',
      'order_rejected',
    ]);
    await harness.act(id, { action: 'complete', keepOpen: true, transactionId: 'tx-2' });
    const { status, data } = await bodyOf(id);
    expect([status, await wordOf(id)]).toEqual(['started', 'order_pending']);
    expect(data.transactions).toMatchObject([
      { transactionId: 'tx-1', status: 'rejected' },
      { transactionId: 'tx-2', status: 'pending' },
    ]);
    const told = (await harness.receiver.until(3)).map(({ fields }) => fields['status']);
    expect(told).toEqual(['order_pending', 'order_rejected', 'order_pending']);
  });

  test('the last one completes the session, and a late outcome can be of the first', async () => {
    const id = await harness.session();
    await harness.act(
      id,
      { action: 'complete', keepOpen: true, transactionId: 'tx-1' },
      { action: 'complete', transactionId: 'tx-2' },
      'approve',
      { action: 'reject', transactionId: 'tx-1' },
    );
    const { status, data } = await bodyOf(id);
    expect(status).toBe('completed');
    expect(data.transactions.map((each: Json) => each.status)).toEqual(['rejected', 'approved']);
    expect((await harness.act(id, 'complete')).status).toBe(409);
  });

  test('an open session ends, and a completed one opens again', async () => {
    const id = await harness.session();
    await harness.act(id, { action: 'complete', keepOpen: true });
    for (const status of ['completed', 'started', 'rejected', 'expired']) {
      await harness.act(id, { action: 'set_session', status });
      expect((await bodyOf(id)).status).toBe(status);
    }
    const told = (await harness.receiver.until(2)).map(({ fields }) => fields['status']);
    expect(told).toEqual(['order_pending', 'completed']);
  });
});

describe('the entries', () => {
  test('a reservation comes first, the transaction id later', async () => {
    const id = await harness.session();
    await harness.act(id, {
      action: 'complete',
      transactionId: 'tx-1',
      reservationId: 'res-1',
      hideId: true,
    });
    const [early] = (await bodyOf(id)).data.transactions;
    expect(early).not.toHaveProperty('transactionId');
    expect(early).not.toHaveProperty('isIdHidden');
    expect(JSON.stringify(early)).not.toContain('tx-1');
    expect(early.reservationId).toBe('res-1');
    await harness.act(id, { action: 'hide', part: 'id', on: false }, 'approve');
    const [late] = (await bodyOf(id)).data.transactions;
    expect(late).toMatchObject({ transactionId: 'tx-1', reservationId: 'res-1', status: 'approved' });
  });

  test('have no status, from the first read on or for a while', async () => {
    const id = await harness.session();
    await harness.act(
      id,
      { action: 'complete', hideStatus: true },
      { action: 'add_transaction', hideStatus: true },
      { action: 'capture', captureId: 'c1' },
      { action: 'refund', refundId: 'r1', status: 'pending', hideStatus: true },
      { action: 'hide', id: 'c1', part: 'status' },
    );
    const { transactions, captures, refunds } = (await bodyOf(id)).data;
    for (const entry of [...transactions, ...captures, ...refunds]) {
      expect(entry).not.toHaveProperty('status');
      expect(entry).not.toHaveProperty('isStatusHidden');
    }
    await harness.act(id, { action: 'hide', id: 'c1', part: 'status', on: false });
    expect((await bodyOf(id)).data.captures[0].status).toBe('approved');
  });

  test.each(['transactions', 'captures', 'refunds'])('%s vanish and return', async (list) => {
    const id = await harness.session({ behaviour: { legacyLists: true } });
    await harness.act(
      id,
      { action: 'complete', transactionId: 'transactions' },
      'approve',
      { action: 'capture', captureId: 'captures' },
      { action: 'refund', refundId: 'refunds' },
    );
    const before = await bodyOf(id);
    await harness.act(id, { action: 'hide', id: list });
    const gone = await bodyOf(id);
    expect(gone.data[list]).toEqual([]);
    expect(gone[list] ?? []).toEqual([]);
    await harness.act(id, { action: 'hide', id: list, on: false });
    expect((await bodyOf(id)).data).toEqual(before.data);
  });

  test('a capture or a refund may have no id', async () => {
    const id = await approved();
    await harness.act(
      id,
      { action: 'capture', captureId: 'c1', hideId: true },
      { action: 'refund', refundId: 'r1', hideId: true },
    );
    const { captures, refunds } = (await bodyOf(id)).data;
    expect(captures[0]).not.toHaveProperty('captureId');
    expect(refunds[0]).not.toHaveProperty('refundId');
  });

  test('an entry that is not there cannot be hidden', async () => {
    const id = await harness.session();
    expect((await harness.act(id, { action: 'hide' })).status).toBe(409);
    await harness.act(id, 'complete');
    expect((await harness.act(id, { action: 'hide', id: 'nothing' })).status).toBe(409);
  });

  test.each(['1970-01-01T00:00:00Z', '2026-12-24T12:00:00', 'soon', '9999-99-99', ''])(
    'expire at "%s"',
    async (expiresAt) => {
      const id = await harness.session();
      await harness.act(id, { action: 'complete', expiresAt });
      await harness.act(id, { action: 'add_transaction', expiresAt });
      const shown = async () => (await bodyOf(id)).data.transactions.map((each: Json) => each.expiresAt);
      expect(await shown()).toEqual([expiresAt, expiresAt]);
      await harness.act(id, { action: 'set_expiry', expiresAt: null });
      expect(await shown()).toEqual([null, null]);
      await harness.act(id, { action: 'set_expiry', expiresAt });
      expect(await shown()).toEqual([expiresAt, expiresAt]);
    },
  );
});

test('the controls know what reads do not show', async () => {
  const id = await approved();
  await harness.act(id, { action: 'say', word: 'captured_full' }, { action: 'hide' });
  const { moduleStatus, data } = await bodyOf(id);
  expect(moduleStatus.payment.orderStatus).toBe('captured_full');
  expect(data.transactions).toEqual([]);
  expect((await harness.control('GET', `/sessions/${id}`)).body).toMatchObject({
    orderStatus: 'captured_full',
    authorized: 30_000,
  });
});
