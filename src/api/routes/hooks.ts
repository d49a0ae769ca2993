import { hash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { z } from 'zod';
import type { Hint } from '../../domain/order/hints.ts';
import type { ParsedHook } from '../../providers/provider.ts';
import { orderId } from '../../workflows/contract/ids.ts';
import type { ApiDependencies, HookAccount } from '../dependencies.ts';
import { traceHook, type HookTrace } from '../hook-traces.ts';
import { deliverHint, type StartBudget } from '../../orders/deliver.ts';
import { KeyedQueue } from '../../orders/keyed-queue.ts';
import { withDeadline } from '../../orders/with-deadline.ts';
import { sha256 } from '../plugins/keys.ts';
import { logOrder } from '../plugins/order-log.ts';
import { Problem } from '../problems.ts';
import { quietRouteLevel } from '../route-log-level.ts';

const bodyLimit = 64 * 1024;
const deadlineMs = 3_000;
const bucketMs = 5 * 60_000;
// The server has these, and would drop a copy: it need not be asked again.
const acknowledgedKept = 20_000;

const params = z.object({ account: z.string(), token: z.string() });
const url = '/hooks/:account/:token';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent: what a provider signs. */
    rawBody: string;
  }
}

/** The door for providers: accepts a hook once its hint is durable in Temporal, and believes none of it. */
export async function hookRoutes(
  app: FastifyInstance,
  { client, accounts, now, traces }: ApiDependencies,
): Promise<void> {
  const findAccount = accountFinder(accounts);
  const budget = startBudget(accounts);
  const inTurn = new KeyedQueue();
  // By request id: where the one that was delivered is traced, or nothing.
  const acknowledged = new LRUCache<string, string>({ max: acknowledgedKept });
  keepRawBody(app);

  // The path holds the token, so the usual lines about a request are not logged here.
  app.route({
    method: ['GET', 'POST'],
    url,
    bodyLimit,
    logLevel: quietRouteLevel(app),
    schema: { hide: true },
    handler,
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url,
    logLevel: quietRouteLevel(app),
    schema: { hide: true },
    handler: refuseMethod,
  });

  async function handler(request: FastifyRequest, reply: FastifyReply) {
    const account = findAccount(request.params);
    const trace = begin(account, request, reply);
    const hook = readHook(account, request, now());
    const id = idOf(account, hook);
    logOrder(request, reply, id, trace?.traceparent);
    trace?.about(id);
    if (hook.isIgnored) trace?.became('ignored');
    else await deliver(account, hook, id, trace);
    return reply.status(202).send({ order: id, received: true });
  }

  /** Whoever guesses at addresses is not traced: they could else fill a collector. */
  function begin({ id: account, hooks }: HookAccount, request: FastifyRequest, reply: FastifyReply) {
    const at = now() - reply.elapsedTime;
    return traces && traceHook(traces, { request, reply }, { account, provider: hooks.name, at });
  }

  async function deliver(
    account: HookAccount,
    { kind, key, hint: told }: AcceptedHook,
    id: string,
    trace: HookTrace | undefined,
  ): Promise<void> {
    const traceparent = trace?.traceparent;
    // Copies have one id, wherever each of them is traced.
    const hint: Hint = {
      id: digest(account.id, kind, key, told),
      ...told,
      ...(traceparent !== undefined && { traceparent }),
    };
    const identity = { id, account: account.id, provider: account.hooks.name, kind, key };
    const origin = { identity, policy: account.policy };
    // One that only says that something changed is no copy of the last one that said so.
    const isTold = hint.claim.of !== 'change';
    const requestId = isTold ? digest(hint.id, Math.floor(now() / bucketMs)) : randomUUID();
    const first = acknowledged.get(requestId);
    if (first !== undefined) return trace?.became('copy', first);
    // From the arrival on, so that waiting for one's turn counts too.
    const until = now() + deadlineMs;
    const delivery = { start: origin, hint, requestId, at: now() };
    let isSent = false;
    await inTurn.run(id, isTold ? requestId : hint.id, isTold, () => {
      isSent = true;
      return withDeadline(client, Math.max(1, until - now()), () => deliverHint(client, delivery, budget));
    });
    if (!isSent) return trace?.became('copy', acknowledged.get(requestId));
    if (isTold) acknowledged.set(requestId, traceparent ?? '');
    trace?.became('delivered');
  }
}

type AcceptedHook = ParsedHook & { ok: true };

/** Finds the account of a hook URL; an unknown account and a wrong token are one and the same. */
function accountFinder(accounts: readonly HookAccount[]): (urlParams: unknown) => HookAccount {
  const known = new Map(
    accounts.map((account) => [account.id, { account, digest: sha256(account.hookToken) }]),
  );
  const nobody = { account: undefined, digest: randomBytes(32) };
  return (urlParams) => {
    const { account: id, token } = params.parse(urlParams);
    const entry = known.get(id) ?? nobody;
    const isKnown = timingSafeEqual(entry.digest, sha256(token));
    if (!isKnown || !entry.account) throw new Problem('not_found', 'no such hook address');
    return entry.account;
  };
}

function readHook(
  { hooks, signingSecrets: secrets }: HookAccount,
  request: FastifyRequest,
  now: number,
): AcceptedHook {
  const { headers, rawBody: body } = request;
  if (secrets.length > 0 && !hooks.verifySignature?.({ headers, body, secrets, now }))
    throw new Problem('invalid_signature');
  const hook = hooks.parseHook({ fields: request.method === 'GET' ? request.query : request.body });
  if (!hook.ok) throw new Problem('invalid_request', hook.detail);
  return hook;
}

function idOf(account: HookAccount, { kind, key }: AcceptedHook): string {
  const id = orderId(account.id, kind, key);
  if (id === undefined) throw new Problem('invalid_request', 'the id of the order is too long');
  return id;
}

/** Parses JSON here, so that the bytes that a signature is about are still at hand. */
function keepRawBody(app: FastifyInstance): void {
  app.decorateRequest('rawBody', '');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    (request, body: string, done) => {
      request.rawBody = body;
      try {
        done(null, JSON.parse(body));
      } catch {
        done(new Problem('invalid_request', 'the body is not JSON'));
      }
    },
  );
}

function refuseMethod(): never {
  throw new Problem('method_not_allowed', undefined, { allow: 'GET, POST' });
}

/** Counts, per account and process, the orders that Temporal confirms as started by hooks. */
function startBudget(accounts: readonly HookAccount[]): StartBudget {
  const limiters = new Map(
    accounts.map(({ id, unregisteredPerMinute: points }) => [
      id,
      new RateLimiterMemory({ points, duration: 60 }),
    ]),
  );
  return {
    async take(account) {
      try {
        await limiters.get(account)?.consume(account);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw new Problem('budget_exhausted', undefined, { 'retry-after': String(seconds) });
      }
    },
    async giveBack(account) {
      await limiters.get(account)?.reward(account);
    },
  };
}

function digest(...parts: unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22);
}
