import { type Harness, mugs, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness.close());

async function approved(given: object = {}) {
  const id = await harness.session(given);
  await harness.act(id, 'complete', 'approve');
  return id;
}

const command = (id: string, name: string, body?: unknown) =>
  harness.api('POST', `/session/${id}/order/${name}`, body);

const adjustment = (amount: number) => {
  const line = {
    productType: 'adjustment',
    reference: 'goodwill',
    unitPrice: amount,
    unitPriceIncVat: amount,
    taxRate: 0,
  };
  const body = mugs(1, { ...line, totalAmount: amount, totalVatAmount: 0 });
  return { data: { order: { ...body.data.order, amountIncVat: amount, amountExVat: amount } } };
};

describe('capture', () => {
  test('takes the whole at once', async () => {
    const id = await approved();
    const { status, body } = await command(id, 'capture', mugs(3));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'approved',
      amountIncVat: 30_000,
      currency: 'SEK',
      autoCaptured: false,
    });
    expect((await harness.read(id)).body.data.captures).toEqual([body]);
  });

  test('takes parts by quantity until nothing is left', async () => {
    const id = await approved();
    const first = await command(id, 'capture', mugs(1));
    const second = await command(id, 'capture', mugs(2));
    const third = await command(id, 'capture', mugs(1));
    expect([first.status, second.status, third.status]).toEqual([201, 201, 400]);
    expect(first.body.captureId).not.toBe(second.body.captureId);
    expect(third.body.error.code).toBe('CAPTURE_NOT_ALLOWED');
  });

  test('is not idempotent: the same body twice takes twice', async () => {
    const id = await approved();
    await command(id, 'capture', mugs(1));
    await command(id, 'capture', mugs(1));
    expect((await harness.read(id)).body.data.captures).toHaveLength(2);
  });

  test('stays pending where the method is asynchronous, and counts against the ceiling', async () => {
    const id = await approved({ behaviour: { asynchronous: true } });
    expect((await command(id, 'capture', mugs(3))).body.status).toBe('pending');
    expect((await command(id, 'capture', mugs(1))).body.error.code).toBe('CAPTURE_NOT_ALLOWED');
  });

  test('settles by itself after a while where told so', async () => {
    const id = await approved({ behaviour: { asynchronous: true, settleAfterMs: 5 } });
    const { captureId } = (await command(id, 'capture', mugs(3))).body;
    const hooks = await harness.receiver.until(2, ({ fields }) => fields['captureId'] === captureId);
    expect(hooks.map(({ fields }) => fields['status'])).toEqual(['pending', 'approved']);
  });

  test.each([
    ['before the approval', ['complete'], mugs(3), 'CAPTURE_NOT_ALLOWED'],
    ['of a rejected order', ['complete', 'reject'], mugs(3), 'CAPTURE_NOT_ALLOWED'],
    ['of a cancelled order', ['complete', 'approve', 'cancel'], mugs(3), 'CAPTURE_NOT_ALLOWED'],
    ['of more than was ordered', ['complete', 'approve'], mugs(4), 'CAPTURE_NOT_ALLOWED'],
    [
      'of a line that the session lacks',
      ['complete', 'approve'],
      mugs(1, { reference: 'SKU-2' }),
      'CART_ITEM_NOT_FOUND',
    ],
    ['at another tax rate', ['complete', 'approve'], mugs(1, { taxRate: 1_200 }), 'CART_ITEM_NOT_FOUND'],
    ['of an adjustment', ['complete', 'approve'], adjustment(100), 'INVALID_DATA'],
    ['whose lines do not add up', ['complete', 'approve'], mugs(1, { quantity: 2 }), 'INVALID_DATA'],
    [
      'whose totals are not the sums',
      ['complete', 'approve'],
      mugs(1, { totalAmount: 9_999 }),
      'INVALID_DATA',
    ],
    [
      'without lines',
      ['complete', 'approve'],
      { data: { order: { ...mugs(1).data.order, cart: [] } } },
      'INVALID_DATA',
    ],
    [
      'in another currency',
      ['complete', 'approve'],
      { data: { order: { ...mugs(1).data.order, currency: 'EUR' } } },
      'INVALID_DATA',
    ],
    ['without a body', ['complete', 'approve'], undefined, 'INVALID_DATA'],
  ])('is refused %s', async (_name, actions, body, code) => {
    const id = await harness.session();
    await harness.act(id, ...actions);
    const refused = await command(id, 'capture', body);
    expect([refused.status, refused.body.error.code]).toEqual([400, code]);
    expect((await harness.read(id)).body.data.captures).toEqual([]);
  });
});

describe('refund', () => {
  test('gives back the one capture without naming it', async () => {
    const id = await approved();
    const { captureId } = (await command(id, 'capture', mugs(3))).body;
    const { status, body } = await command(id, 'refund', mugs(1));
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'approved', parentCaptureId: captureId, amountIncVat: 10_000 });
  });

  test('must name its capture where there are several', async () => {
    const id = await approved();
    const { captureId } = (await command(id, 'capture', mugs(1))).body;
    await command(id, 'capture', mugs(2));
    const unnamed = await command(id, 'refund', mugs(1));
    const named = await command(id, 'refund', { captureId, ...mugs(1) });
    expect([unnamed.status, unnamed.body.error.code, named.status]).toEqual([400, 'INVALID_DATA', 201]);
    expect(named.body.parentCaptureId).toBe(captureId);
  });

  test('never passes its capture, pending refunds included', async () => {
    const id = await approved();
    const { captureId } = (await command(id, 'capture', mugs(1))).body;
    await command(id, 'capture', mugs(2));
    await harness.act(id, { action: 'refund', captureId, amount: 1, status: 'pending' });
    const refused = await command(id, 'refund', { captureId, ...mugs(1) });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'REFUND_NOT_ALLOWED']);
  });

  test('of a mere amount goes as an adjustment', async () => {
    const id = await approved();
    await command(id, 'capture', mugs(3));
    expect((await command(id, 'refund', adjustment(123))).body.amountIncVat).toBe(123);
  });

  test('stays pending where the method is asynchronous', async () => {
    const id = await approved();
    await harness.act(id, 'capture');
    await harness.control('PUT', `/sessions/${id}/behaviour`, { asynchronous: true });
    expect((await command(id, 'refund', mugs(1))).body.status).toBe('pending');
  });

  test.each([
    ['before a capture', [], mugs(1), 'REFUND_NOT_ALLOWED'],
    ['of a pending capture', [{ action: 'capture', status: 'pending' }], mugs(1), 'REFUND_NOT_ALLOWED'],
    ['of an unknown capture', ['capture'], { captureId: 'none', ...mugs(1) }, 'INVALID_DATA'],
    ['of a line that was not captured', ['capture'], mugs(1, { reference: 'SKU-2' }), 'CART_ITEM_NOT_FOUND'],
    ['whose lines do not add up', ['capture'], mugs(1, { unitPriceIncVat: 1 }), 'INVALID_DATA'],
  ])('is refused %s', async (_name, actions, body, code) => {
    const id = await approved();
    if (actions.length > 0) await harness.act(id, ...actions);
    const refused = await command(id, 'refund', body);
    expect([refused.status, refused.body.error.code]).toEqual([400, code]);
  });
});

describe('cancel', () => {
  test('releases what is approved and not captured, with or without a body', async () => {
    const [bare, noted] = [await approved(), await approved()];
    expect((await command(bare, 'cancel')).status).toBe(204);
    expect((await command(noted, 'cancel', { data: [] })).status).toBe(204);
    expect((await harness.read(bare)).body.moduleStatus.payment.orderStatus).toBe('order_cancelled');
  });

  test('accepts the content type of JSON on an empty body', async () => {
    expect((await command(await approved(), 'cancel', '')).status).toBe(204);
  });

  test.each([
    ['pending', ['complete'], {}, 'CANCEL_NOT_ALLOWED'],
    ['rejected', ['complete', 'reject'], {}, 'CANCEL_NOT_ALLOWED'],
    ['captured', ['complete', 'approve', 'capture'], {}, 'CANCEL_NOT_ALLOWED'],
    [
      'captured, the capture still pending',
      ['complete', 'approve', { action: 'capture', status: 'pending' }],
      {},
      'CANCEL_NOT_ALLOWED',
    ],
    [
      'paid by a method that cannot',
      ['complete', 'approve'],
      { cancelSupported: false },
      'CANCEL_NOT_SUPPORTED',
    ],
  ])('is refused where the order is %s', async (_name, actions, behaviour, code) => {
    const id = await harness.session({ behaviour });
    await harness.act(id, ...actions);
    const refused = await command(id, 'cancel');
    expect([refused.status, refused.body.error.code]).toEqual([400, code]);
  });
});

test('a command for an unknown session is 404', async () => {
  for (const name of ['capture', 'refund', 'cancel'])
    expect((await command('61c16f84-b42e-4e1c-a114-a117a6e1e27d', name, mugs(1))).status).toBe(404);
});

test('the ledger lists commands apart from reads', async () => {
  const id = await approved();
  await command(id, 'capture', mugs(1));
  await command(id, 'cancel');
  const { commands } = await harness.ledger(id);
  expect(
    commands.map(({ operation, status }: { operation: string; status: number }) => [operation, status]),
  ).toEqual([
    ['capture', 201],
    ['cancel', 400],
  ]);
});
