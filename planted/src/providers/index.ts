import { bridgerpay } from './bridgerpay/index.ts';
import { briqpay } from './briqpay/index.ts';

/** Every provider there is, by the name that configuration, ids and task queues call it by. */
export const providers = { briqpay, bridgerpay } as const;
