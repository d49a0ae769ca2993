import type { Scope } from '../../domain/order/commands.ts';
import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems.ts';

/** An API key; without `accounts` it may see every account. */
export interface ApiKey {
  readonly name: string;
  readonly key: string;
  readonly scopes: readonly Scope[];
  readonly accounts?: readonly string[] | undefined;
}

/** The caller of a request: the name of the key and what it allows. */
export interface Caller {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined for every account. */
  readonly accounts: readonly string[] | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** The scope that a key needs for this route; a route without one takes any caller. */
    scope?: Scope;
  }
}

/** Checks `Authorization: Bearer <key>` on every route that names a scope. */
export const keys = fp<{ apiKeys: readonly ApiKey[] }>(async (app: FastifyInstance, { apiKeys }) => {
  const callerBy = callersByKey(apiKeys);

  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const { scope } = request.routeOptions.config;
    if (!scope) return;
    const caller = callerBy(request.headers.authorization);
    if (!caller) throw new Problem('unauthorized', undefined, { 'www-authenticate': 'Bearer' });
    if (!caller.scopes.includes(scope)) throw new Problem('forbidden', `the key lacks the scope ${scope}`);
    request.caller = caller;
  });
});

/** Finds the caller by an `Authorization` header; undefined where it has no known key. */
export function callersByKey(
  apiKeys: readonly ApiKey[],
): (authorization: string | undefined) => Caller | undefined {
  const known = apiKeys.map(({ key, name, scopes, accounts }) => ({
    digest: sha256(key),
    caller: { name, scopes, accounts },
  }));
  return (authorization) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    const digest = sha256(token ?? '');
    // Compares all keys, so that the time does not depend on which one matches.
    const [match] = known.filter((entry) => timingSafeEqual(entry.digest, digest));
    return match?.caller;
  };
}

/** The caller of a route that names a scope. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('a route that asks for its caller must name a scope');
  return request.caller;
}

/** Whether a caller may see an account. */
export function maySee(
  { accounts }: { readonly accounts?: readonly string[] | undefined },
  account: string,
): boolean {
  return accounts === undefined || accounts.includes(account);
}

/** The accounts that a request is about: undefined for all, none where the caller may not see the account it asks for. */
export function visibleAccounts(caller: Caller, asked: string | undefined): readonly string[] | undefined {
  if (asked === undefined) return caller.accounts;
  return maySee(caller, asked) ? [asked] : [];
}

/** A digest to compare secrets by: it has the same length for any text. */
export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
