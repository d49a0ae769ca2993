import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec, type EncryptionKeys } from './encryption.ts';

/** Encrypts payloads and failures where there are keys. Undefined without keys: plain JSON. */
export function dataConverterOf(keys: EncryptionKeys | undefined): DataConverter | undefined {
  return keys && { payloadCodecs: [new EncryptionCodec(keys)], failureConverterPath: failureConverterPath() };
}

/** The path of the failure converter, for bundles of encrypted deployments. */
export function failureConverterPath(): string {
  return moduleAt('./failures');
}

/** The path of the payload converter, for every bundle. */
export function payloadConverterPath(): string {
  return moduleAt('../workflows/payload-converter');
}

function moduleAt(path: string): string {
  const self = fileURLToPath(import.meta.url);
  // `.js` in a build, `.ts` where the sources run directly.
  return fileURLToPath(new URL(`${path}${self.slice(self.lastIndexOf('.'))}`, import.meta.url));
}
