import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import proto from '@temporalio/proto'; // its names are not visible to an ES module
import { LRUCache } from 'lru-cache';
import { scheduleOf } from '../workflows/contract/ids.ts';

/** The keys of a deployment: each of 32 bytes, by an id that stands beside what it has encrypted. */
export interface EncryptionKeys {
  /** What is encrypted from now on takes this one; the others only decrypt. */
  readonly current: string;
  readonly keys: Readonly<Record<string, Buffer>>;
}

/** A payload cannot be decrypted here; `code` says why, the message names nothing that is secret. */
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
 * Encrypts whole payloads by AES-256-GCM. Each workflow has a key of its own, derived from the deployment's, and what is
 * encrypted is bound to namespace and workflow: moved to another order it does not decrypt.
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

  /** Without a context, as in a codec server, a payload is taken for what it says it belongs to. */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return payloads.map((payload) => this.#decrypt(payload, context));
  }

  #encrypt(payload: Payload, context: SerializationContext | undefined): Payload {
    // The SDK gives none to the failure of a task that it could not decode; it is for people, and no workflow reads it.
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
    // What was written before encryption was turned on stays readable.
    if (textOf(metadata?.['encoding']) !== encoding || !data) return payload;
    const keyId = textOf(metadata?.['encryption-key-id']);
    const bound = textOf(metadata?.['encryption-context']);
    const expected = boundTo(context);
    if (expected !== undefined && expected !== bound)
      throw new EncryptionError('foreign_payload', 'a payload that was encrypted for another workflow');
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
      throw new EncryptionError('not_authentic', `a payload that key ${keyId} did not encrypt like this`);
    }
  }

  /** One key for so many payloads would wear out; each workflow's own does not. */
  #keyFor(keyId: string, bound: string): Buffer {
    const known = this.#derived.get(`${keyId}\n${bound}`);
    if (known) return known;
    const key = Object.hasOwn(this.#keys.keys, keyId) ? this.#keys.keys[keyId] : undefined;
    if (!key) throw new EncryptionError('unknown_key', `there is no key ${JSON.stringify(keyId)} here`);
    const derived = Buffer.from(hkdfSync('sha256', key, '', `payment-lifecycle\n${bound}`, 32));
    this.#derived.set(`${keyId}\n${bound}`, derived);
    return derived;
  }
}

/** What a payload belongs to, as text: an activity's payloads are its workflow's, and those of a scheduled run its schedule's. */
function boundTo(context: SerializationContext | undefined): string | undefined {
  if (context?.workflowId === undefined) return undefined;
  const { namespace, workflowId } = context;
  return `${namespace}\n${scheduleOf(workflowId) ?? workflowId}`;
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : '';
}
