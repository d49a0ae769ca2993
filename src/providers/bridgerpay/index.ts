import type { Provider } from '../provider.ts';
import { bridgerpayClient, type BridgerpayAccount } from './client.ts';
import { bridgerpayHooks } from './hooks.ts';

export const bridgerpay: Provider<BridgerpayAccount & { readonly payloadSecret?: string | undefined }> = {
  hooks: bridgerpayHooks,
  client: bridgerpayClient,
  signingSecrets: ({ payloadSecret }) => (payloadSecret === undefined ? [] : [payloadSecret]),
};

export { bridgerpayHooks, type BridgerpayAccount };
