import { alertDesk } from './alert-desk.ts';
import { bridgerpay } from './bridgerpay.ts';
import { briqpay } from './briqpay.ts';
import { encrypted } from './encrypted.ts';
import type { Journey } from './journey.ts';
import { sweeps } from './sweeps.ts';

/** Every journey whose histories are kept, in `histories/<kind>/<name>.json`. */
export const journeys: readonly Journey[] = [
  ...briqpay,
  ...bridgerpay,
  ...encrypted,
  ...alertDesk,
  ...sweeps,
];
