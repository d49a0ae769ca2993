import { bridgerpay } from './bridgerpay/index.ts';
import { briqpay } from './briqpay/index.ts';

/** Every provider, by its name in configuration, ids and task queues. */
export const providers = { briqpay, bridgerpay } as const;
