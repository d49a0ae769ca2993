import type { Provider } from '../provider.ts';
import { briqpayClient, type BriqpayAccount } from './client.ts';
import { briqpayHooks } from './hooks.ts';

export const briqpay: Provider<BriqpayAccount & { readonly signingSecret?: string | undefined }> = {
  hooks: briqpayHooks,
  client: briqpayClient,
  signingSecrets: ({ signingSecret }) => (signingSecret === undefined ? [] : [signingSecret]),
};

export { briqpayClient, briqpayHooks, type BriqpayAccount };
