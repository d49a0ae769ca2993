import type { FastifyInstance } from 'fastify';

/** How far a payment has come at the provider. `mixed` has four captures and three refunds, for a long backlog of hooks. */
export const stages = ['pending', 'approved', 'captured', 'refunded', 'mixed'] as const;

/** `none`: the provider does not know the session. */
export type Stage = (typeof stages)[number] | 'none';

/** What both sides of the bench log in with. */
export const credentials = { username: 'sandbox', secret: 'sandbox-secret' };

/** Stands for the session's id in the bodies. */
export const placeholder = 'SESSION-ID';

const captures = [1, 2, 3, 4].map((n) => ({ action: 'capture', captureId: `capture-${n}`, amount: 7_500 }));
const refunds = [1, 2, 3].map((n) => ({
  action: 'refund',
  captureId: `capture-${n}`,
  refundId: `refund-${n}`,
  amount: 1_000,
}));

// One payment at all its stages.
const complete = { action: 'complete', method: 'Card', transactionId: 'transaction-1' };
const capture = { action: 'capture', captureId: 'capture-1' };
const actions: Readonly<Record<(typeof stages)[number], readonly object[]>> = {
  pending: [complete],
  approved: [complete, { action: 'approve' }],
  captured: [complete, { action: 'approve' }, capture],
  refunded: [complete, { action: 'approve' }, capture, { action: 'refund', refundId: 'refund-1' }],
  mixed: [complete, { action: 'approve' }, ...captures, ...refunds],
};

const fields = 'sessionId,status,references,moduleStatus,data,captures,refunds';

/** The body of a read at each stage, as the sandbox gives it, with a placeholder for the session's id. */
export async function stageBodies(
  sandbox: FastifyInstance,
): Promise<Readonly<Partial<Record<Stage, string>>>> {
  const bodies: Partial<Record<Stage, string>> = {};
  for (const stage of stages) bodies[stage] = await bodyAt(sandbox, actions[stage]);
  return bodies;
}

async function bodyAt(sandbox: FastifyInstance, steps: readonly object[]): Promise<string> {
  const control = '/sandbox/briqpay/sessions';
  const terms = { reference: '1000123', quantity: 3 };
  const opened = await sandbox.inject({ method: 'POST', url: control, payload: terms });
  const { sessionId } = opened.json<{ sessionId: string }>();
  for (const step of steps) {
    const url = `${control}/${sessionId}/actions`;
    const { statusCode, body } = await sandbox.inject({ method: 'POST', url, payload: step });
    if (statusCode !== 200) throw new Error(`the sandbox refused ${JSON.stringify(step)}: ${body}`);
  }
  const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.secret}`).toString('base64')}`;
  const url = `/v3/session/${sessionId}?fields=${fields}`;
  const read = await sandbox.inject({ method: 'GET', url, headers: { authorization } });
  if (read.statusCode !== 200) throw new Error(`the sandbox did not answer: ${read.body}`);
  return read.body.replaceAll(sessionId, placeholder);
}
