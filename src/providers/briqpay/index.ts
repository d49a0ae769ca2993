export { briqpayClient, type BriqpayAccount } from './client.ts';
export { briqpayHooks } from './hooks.ts';
