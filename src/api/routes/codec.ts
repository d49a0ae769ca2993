import cookie from '@fastify/cookie';
import type { Payload } from '@temporalio/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { accountOf, deskAccountOf } from '../../workflows/contract/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { callersByKey, maySee } from '../plugins/keys.ts';
import { Problem } from '../problems.ts';
import { mayOperate, operatorOf, sessionCookie } from '../session.ts';

// Payloads in protobuf's JSON format: bytes are base64.
const bytes = z.base64().optional();
const payloads = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), z.base64()).optional(), data: bytes }))
    .max(1_000),
});

const bodyLimit = 8 * 1024 * 1024;

/**
 * Decrypts payloads for the Temporal UI and CLI (the remote codec protocol). The caller is signed in at the board or
 * has an API key of the scope `ops`, and gets only payloads of accounts that the key may see.
 */
export async function codec(
  root: FastifyInstance,
  { client, apiKeys, temporalUi, now }: ApiDependencies,
): Promise<void> {
  await root.register(cookie);
  const app = root.withTypeProvider<ZodTypeProvider>();
  const origin = temporalUi && new URL(temporalUi).origin;

  const callerBy = callersByKey(apiKeys);

  app.addHook('onRequest', async (request, reply) => allow(request, reply));

  app.options('/decode', { schema: { hide: true } }, (_request, reply) => reply.status(204).send());

  const callerOf = ({ cookies, headers }: FastifyRequest) => {
    const operator = operatorOf(cookies[sessionCookie] ?? '', apiKeys, now());
    const caller = operator?.apiKey ?? callerBy(headers.authorization);
    if (!caller) throw new Problem('unauthorized', 'sign in at /ops, or send an API key of the scope ops');
    if (!mayOperate(caller)) throw new Problem('forbidden', 'the key lacks the scope ops');
    return caller;
  };

  app.post('/decode', {
    bodyLimit,
    // Before the body is read, which may be large.
    onRequest: async (request) => void callerOf(request),
    schema: { hide: true, body: payloads },
    handler: async (request) => {
      const caller = callerOf(request);
      const given = request.body.payloads.map(payloadOf);
      if (given.some((payload) => !mayDecrypt(caller, payload)))
        throw new Problem('forbidden', 'the key may not see the account of these payloads');
      const { payloadCodecs } = client.options.loadedDataConverter;
      try {
        let decoded = given;
        for (const each of payloadCodecs.toReversed()) decoded = await each.decode(decoded);
        return { payloads: decoded.map(jsonOf) };
      } catch (error) {
        request.log.warn({ err: error }, 'payloads that cannot be decrypted');
        throw new Problem('invalid_request', 'the payloads cannot be decrypted here');
      }
    },
  });

  /** The Temporal UI has another origin; its requests may send the session cookie. */
  function allow(request: FastifyRequest, reply: FastifyReply): void {
    if (origin === undefined || request.headers.origin !== origin) return;
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'content-type, x-namespace, authorization',
      'access-control-allow-methods': 'POST',
      vary: 'origin',
    });
  }
}

function payloadOf({ metadata, data }: z.infer<typeof payloads>['payloads'][number]): Payload {
  const decodedMetadata = Object.entries(metadata ?? {}).map(
    ([name, value]) => [name, Buffer.from(value, 'base64')] as const,
  );
  return {
    metadata: Object.fromEntries(decodedMetadata),
    ...(data !== undefined && { data: Buffer.from(data, 'base64') }),
  };
}

function jsonOf({ metadata, data }: Payload) {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    ),
    ...(data && { data: Buffer.from(data).toString('base64') }),
  };
}

/** A payload names its workflow. The name is authenticated: a payload with a forged one does not decrypt. */
function mayDecrypt(caller: Parameters<typeof maySee>[0], { metadata }: Payload): boolean {
  if (caller.accounts === undefined) return true;
  const [, workflowId = ''] = Buffer.from(metadata?.['encryption-context'] ?? [])
    .toString()
    .split('\n');
  return maySee(caller, deskAccountOf(workflowId) ?? accountOf(workflowId));
}
