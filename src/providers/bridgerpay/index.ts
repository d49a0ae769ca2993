import type { Provider } from '../provider.ts';
import { bridgerpayClient } from './client.ts';
import { bridgerpayHooks } from './hooks.ts';
import type { BridgerpayAccount } from './session.ts';

export const bridgerpay: Provider<BridgerpayAccount & { readonly payloadSecret?: string | undefined }> = {
  hooks: bridgerpayHooks,
  client: bridgerpayClient,
  signingSecrets: ({ payloadSecret }) => (payloadSecret === undefined ? [] : [payloadSecret]),
};

export { bridgerpayHooks, type BridgerpayAccount };
