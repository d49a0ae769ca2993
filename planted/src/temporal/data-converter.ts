import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec, type EncryptionKeys } from './encryption.ts';

/** How payloads travel: as plain JSON, or encrypted where there are keys, failures included. */
export function dataConverterOf(keys: EncryptionKeys | undefined): DataConverter | undefined {
  return keys && { payloadCodecs: [new EncryptionCodec(keys)], failureConverterPath: failureConverterPath() };
}

/** The module that bundles of encrypted deployments take their failure converter from. */
export function failureConverterPath(): string {
  return moduleAt('./failures');
}

/** The module that every bundle takes its payload converter from. */
export function payloadConverterPath(): string {
  return moduleAt('../workflows/payload-converter');
}

function moduleAt(path: string): string {
  const self = fileURLToPath(import.meta.url);
  // The sources are run as they are, too.
  return fileURLToPath(new URL(`${path}${self.slice(self.lastIndexOf('.'))}`, import.meta.url));
}
