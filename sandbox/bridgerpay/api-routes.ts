import type { FastifyInstance } from 'fastify';
import { type Answer, send } from '../answers.ts';
import { requestedDeposit, requestedPayout, orderIdIn } from './api-schemas.ts';
import { cashierToken } from './canaries.ts';
import type { StateMachine } from './state-machine.ts';
import { ApiError, answerTo, failed, mpiSucceeded, succeeded } from './envelope.ts';
import { type BridgerpayFault, distort } from './faults.ts';
import { majorOf } from './money.ts';
import { type Attempt, type BridgerpayOrder, keyOf, newestOf, shownAttempts } from './order.ts';
import { refundOf, allowedRefund } from './refund.ts';
import type { ApiCall, WrapEndpoint } from './endpoint-wrapper.ts';
import type { Credentials, Tokens } from './tokens.ts';
import { capitalised, shownOf, wireDeposit, wirePayout, wireTransaction } from './view.ts';
import type { Kind } from './vocabulary.ts';

/** The endpoints of BridgerPay's API, v2. Errors are answered in its envelope. */
export async function apiRoutes(
  app: FastifyInstance,
  machine: StateMachine,
  endpoint: WrapEndpoint,
  tokens: Tokens,
  { cashierKey }: Credentials,
): Promise<void> {
  const { store, source } = machine;
  speakEnvelopes(app);

  const ofBody = (kind: Kind) => (ask: ApiCall) => keyIn(kind, orderIdIn(ask.body));
  const ofParam = (kind: Kind, name: string) => (ask: ApiCall) => keyIn(kind, ask.params[name]);
  const ofId = ({ params: { id = '' } }: ApiCall) => store.owner(id)?.key;
  const ofNobody = () => undefined;

  app.post(
    '/auth/login',
    endpoint('login', ofNobody, ({ body }) => tokens.logIn(body)),
  );
  app.post('/cashier/session/create/:apiKey', endpoint('session', ofBody('deposit'), sessionCreated));
  app.get(
    '/merchant/:apiKey/deposits/:orderId',
    endpoint('read.deposit', ofParam('deposit', 'orderId'), depositRead),
  );
  app.get('/:apiKey/payouts', endpoint('read.payouts', ofParam('payout', 'merchantOrderId'), payoutsListed));
  app.get('/:apiKey/payouts/:id', endpoint('read.payout', ofId, payoutRead));
  app.post('/:apiKey/payouts', endpoint('payout', ofBody('payout'), payoutCreated));
  app.post('/:apiKey/transactions/:id/refund', endpoint('refund', ofId, refunded));
  app.post('/:apiKey/transactions/:id/refund/:amount', endpoint('refund', ofId, refunded));

  function sessionCreated({ body }: ApiCall): Answer {
    const { ids } = machine.open(requestedDeposit(body, cashierKey));
    return succeeded({ cashier_token: cashierToken(ids.cashierSessionId ?? '') });
  }

  /** The deposit of the newest attempt. A session without an attempt has no deposit. */
  function depositRead({ params: { orderId = '' }, fault }: ApiCall): Answer {
    const order = seen(keyOf('deposit', orderId), fault);
    const deposit = order && shownAttempts(order).at(-1);
    if (order === undefined || deposit === undefined) return failed(404, 'Deposit not found', { http: 200 });
    return succeeded({ deposit: wireDeposit(order, deposit, shown(order, deposit, fault)) });
  }

  /** The payouts of one order, or of all orders; newest first, one page. */
  function payoutsListed({ params: { merchantOrderId }, fault }: ApiCall): Answer {
    const keys =
      merchantOrderId === undefined
        ? store
            .all()
            .filter(({ kind }) => kind === 'payout')
            .map(({ kind, orderId }) => keyOf(kind, orderId))
        : [keyOf('payout', merchantOrderId)];
    const orders = keys.map((key) => seen(key, fault)).filter((order) => order !== undefined);
    const records = orders.flatMap((order) => shownAttempts(order).map((each) => payout(order, each, fault)));
    const page = records.reverse().slice(0, 24);
    const { payoutList } = (orders[0] && behaviourOf(orders[0])) ?? machine.defaults.behaviour;
    return succeeded(payoutList === 'bare' ? page : { next_page_cursor: null, records: page });
  }

  function payoutRead({ params: { id = '' }, fault }: ApiCall): Answer {
    const owner = store.owner(id);
    const order = owner && seen(owner.key, fault);
    const attempt = order && shownAttempts(order).find((each) => each.id === id);
    if (order?.kind !== 'payout' || attempt === undefined)
      return failed(404, 'Payout not found', { http: 200 });
    return succeeded(payout(order, attempt, fault));
  }

  function payoutCreated({ body }: ApiCall): Answer {
    const { asked, methodType } = requestedPayout(body);
    const { order } = machine.open(asked);
    const attempt = newestOf(order);
    if (attempt === undefined) throw new Error('a payout without a transaction');
    return succeeded({
      payout_method: methodType,
      html: null,
      is_decoded: false,
      email_instructions_enabled: null,
      open_in_new_window: false,
      id: attempt.id,
      transaction_id: attempt.transactionId,
      amount: majorOf(attempt.amount, attempt.currency),
      processing_date: isoOf(attempt.createdAt).slice(0, 19).replace('T', ' '),
      failure_code: null,
      status: capitalised(attempt.status),
      currency: attempt.currency,
      payment_method: methodType,
    });
  }

  function refunded({ params: { id = '', amount: text } }: ApiCall): Answer {
    const owner = store.owner(id);
    if (owner === undefined) throw new ApiError(404, `transaction '${id}' is not found`);
    const order = store.current(owner.key);
    const behaviour = behaviourOf(order);
    const refunding = allowedRefund(order, owner.attempt, text, behaviour);
    const { amount } = refunding;
    const { currency } = owner.attempt;
    const isDone = behaviour.refundOutcome === 'approved';
    const ids = isDone && machine.change(owner.key, (current) => refundOf(current, refunding, source)).ids;
    return succeeded(
      {
        refund_transaction_id: (ids && ids.refundId) || source.uuid(),
        amount: majorOf(amount, currency),
        // BridgerPay's format: seven digits of a second.
        processing_date: isoOf(source.now()).replace('Z', '0000Z'),
        decline_code: isDone ? '' : '-4',
        decline_reason: isDone ? '' : 'Refund declined by the PSP',
        status: behaviour.refundOutcome,
        currency,
        created_by: 'sandbox@example.test',
      },
      '200',
    );
  }

  function shown(order: BridgerpayOrder, attempt: Attempt, fault: BridgerpayFault | undefined) {
    return shownUnder(machine, order, attempt, fault);
  }

  function behaviourOf({ kind, orderId }: BridgerpayOrder) {
    return store.held(keyOf(kind, orderId)).behaviour;
  }

  function payout(order: BridgerpayOrder, attempt: Attempt, fault: BridgerpayFault | undefined) {
    return wirePayout(order, attempt, shown(order, attempt, fault));
  }

  function seen(key: string, fault: BridgerpayFault | undefined) {
    return seenUnder(machine, key, fault);
  }
}

/** The endpoints under `/mpi/v2`: a deposit by BridgerPay's own id, also one that is no longer the newest of its order. */
export async function mpiRoutes(
  app: FastifyInstance,
  machine: StateMachine,
  endpoint: WrapEndpoint,
): Promise<void> {
  speakEnvelopes(app);
  const ofId = ({ params: { id = '' } }: ApiCall) => machine.store.owner(id)?.key;
  app.get('/:apiKey/deposit/transaction/:id', endpoint('read.transaction', ofId, transactionRead));

  function transactionRead({ params: { id = '' }, fault }: ApiCall): Answer {
    const owner = machine.store.owner(id);
    const order = owner && seenUnder(machine, owner.key, fault);
    const attempt = order && shownAttempts(order).find((each) => each.id === id);
    if (order?.kind !== 'deposit' || attempt === undefined)
      return failed(404, 'Transaction not found', { http: 200 });
    return mpiSucceeded({
      deposit: wireTransaction(order, attempt, shownUnder(machine, order, attempt, fault)),
    });
  }
}

function speakEnvelopes(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => send(reply, answerTo(error)));
  app.setNotFoundHandler(({ method, url }, reply) => send(reply, failed(404, `no route ${method} ${url}`)));
}

/** The order as a read sees it under `fault`. */
function seenUnder(
  { store }: StateMachine,
  key: string,
  fault: BridgerpayFault | undefined,
): BridgerpayOrder | undefined {
  if (fault?.kind === 'absent' || store.find(key) === undefined) return undefined;
  return store.seen(key, fault);
}

function shownUnder(
  { store }: StateMachine,
  order: BridgerpayOrder,
  attempt: Attempt,
  fault: BridgerpayFault | undefined,
) {
  const { behaviour } = store.held(keyOf(order.kind, order.orderId));
  return distort(shownOf(order, attempt, behaviour), fault);
}

function keyIn(kind: Kind, orderId: string | undefined) {
  return orderId === undefined ? undefined : keyOf(kind, orderId);
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
