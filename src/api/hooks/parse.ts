import type { FastifyRequest } from 'fastify';
import type { ParsedHook } from '../../providers/provider.ts';
import { orderId } from '../../workflows/contract/ids.ts';
import type { HookAccount } from '../dependencies.ts';
import { Problem } from '../problems.ts';

/** A hook that was understood, with the id of its order. */
export type AcceptedHook = ParsedHook & { readonly ok: true; readonly order: string };

/** Reads a hook by its provider's parser: the body of a POST, or the query of a GET. */
export function parseHook({ id: account, hooks }: HookAccount, request: FastifyRequest): AcceptedHook {
  const hook = hooks.parseHook({ fields: request.method === 'GET' ? request.query : request.body });
  if (!hook.ok) throw new Problem('invalid_request', hook.detail);
  const order = orderId(account, hook.kind, hook.key);
  if (order === undefined) throw new Problem('invalid_request', 'the id of the order is too long');
  return { ...hook, order };
}
