import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import { LRUCache } from 'lru-cache';
import { scheduleOf } from '../workflows/contract/ids.ts';

/** The keys of a deployment, 32 bytes each, by id. The id is stored beside each encrypted payload. */
export interface EncryptionKeys {
  /** The id of the key that encrypts; the others only decrypt. */
  readonly current: string;
  readonly keys: Readonly<Record<string, Buffer>>;
}

/** A payload cannot be decrypted. `code` says why; the message contains no secret. */
export class EncryptionError extends Error {
  readonly code: 'unknown_key' | 'foreign_payload' | 'not_authentic';

  constructor(code: EncryptionError['code'], message: string) {
    super(message);
    this.name = 'EncryptionError';
    this.code = code;
  }
}

const encoding = 'binary/encrypted';
const cipherName = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const derivedKept = 10_000;

/**
 * Encrypts whole payloads with AES-256-GCM, by a key derived for each workflow from the deployment's key. Each payload
 * is bound to its namespace and workflow: moved to another order, it does not decrypt.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: EncryptionKeys;
  readonly #derived = new LRUCache<string, Buffer>({ max: derivedKept });

  constructor(keys: EncryptionKeys) {
    this.#keys = keys;
  }

  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return payloads.map((payload) => this.#encrypt(payload, context));
  }

  /** Without a context, as in a codec server, the workflow that the payload itself names is used. */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return payloads.map((payload) => this.#decrypt(payload, context));
  }

  #encrypt(payload: Payload, context: SerializationContext | undefined): Payload {
    // The SDK passes no context for the failure of an undecodable task; no workflow reads that failure.
    const bound = boundTo(context) ?? '';
    const { current } = this.#keys;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(cipherName, this.#keyFor(current, bound), nonce);
    cipher.setAAD(Buffer.from(`${current}\n${bound}`));
    const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
    const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return {
      metadata: {
        encoding: Buffer.from(encoding),
        'encryption-key-id': Buffer.from(current),
        'encryption-context': Buffer.from(bound),
      },
      data,
    };
  }

  #decrypt(payload: Payload, context: SerializationContext | undefined): Payload {
    const { metadata, data } = payload;
    // Payloads from before encryption was turned on stay readable.
    if (textOf(metadata?.['encoding']) !== encoding || !data) return payload;
    const keyId = textOf(metadata?.['encryption-key-id']);
    const bound = textOf(metadata?.['encryption-context']);
    const expected = boundTo(context);
    if (expected !== undefined && expected !== bound)
      throw new EncryptionError('foreign_payload', 'the payload was encrypted for another workflow');
    const key = this.#keyFor(keyId, bound);
    try {
      const nonce = data.subarray(0, nonceBytes);
      const decipher = createDecipheriv(cipherName, key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(`${keyId}\n${bound}`));
      decipher.setAuthTag(data.subarray(-tagBytes));
      const inner = data.subarray(nonceBytes, -tagBytes);
      const plain = Buffer.concat([decipher.update(inner), decipher.final()]);
      return proto.temporal.api.common.v1.Payload.decode(plain);
    } catch {
      throw new EncryptionError(
        'not_authentic',
        `the payload is damaged, or key ${keyId} did not encrypt it`,
      );
    }
  }

  /** The derived key of a workflow. One key for all payloads would exceed the limit of AES-GCM with random nonces. */
  #keyFor(keyId: string, bound: string): Buffer {
    const known = this.#derived.get(`${keyId}\n${bound}`);
    if (known) return known;
    const key = Object.hasOwn(this.#keys.keys, keyId) ? this.#keys.keys[keyId] : undefined;
    if (!key) throw new EncryptionError('unknown_key', `the key ${JSON.stringify(keyId)} is not configured`);
    const derived = Buffer.from(hkdfSync('sha256', key, '', `payment-lifecycle\n${bound}`, 32));
    this.#derived.set(`${keyId}\n${bound}`, derived);
    return derived;
  }
}

/** The owner of a payload as text: its workflow, also for activities; its schedule for a scheduled run. */
function boundTo(context: SerializationContext | undefined): string | undefined {
  if (context?.workflowId === undefined) return undefined;
  const { namespace, workflowId } = context;
  return `${namespace}\n${scheduleOf(workflowId) ?? workflowId}`;
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : '';
}
