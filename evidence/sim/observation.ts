import type { Order } from '../../src/domain/order/view.ts';
import type { ServerObservation } from '../kit/temporal/observation.ts';

/** What can be observed of a trial: laws, counts and descriptions know nothing else. */
export type Observation =
  | ServerObservation
  | ({ readonly at: number } & (
      | { readonly is: 'provider-moved'; readonly moment: number; readonly what: string }
      /** A hook was sent; `answer` is the API's. */
      | { readonly is: 'hook'; readonly what: string; readonly isForged: boolean; readonly answer: string }
      | { readonly is: 'command'; readonly what: string; readonly answer: string; readonly order?: Order }
    ));

export type ObservationOf<Is extends Observation['is']> = Extract<Observation, { is: Is }>;
export type Observe = (observation: Observation) => void;
