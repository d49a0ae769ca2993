export type Provider = 'briqpay' | 'bridgerpay';
export type Kind = 'deposit' | 'payout';

export const accounts = {
  /** Briqpay, with the patience of most orders. */
  briqpay: 'chaos-se',
  /** Briqpay, where orders that no hook has reached close after seconds. */
  brief: 'chaos-brief',
  /** Briqpay, where an order that is pending is reread all the time. */
  busy: 'chaos-busy',
  bridgerpay: 'chaos-eu',
} as const;

export const targets = ['api', 'worker', 'temporal', 'sandbox'] as const;
export type Target = (typeof targets)[number];

export const links = ['api-temporal', 'worker-temporal', 'worker-provider'] as const;
export type LinkName = (typeof links)[number];

/** Everything that a run does, and when: a pure function of the seed and the sizes. Times are milliseconds of the plan's clock. */
export interface Plan {
  readonly seed: number;
  readonly spanMs: number;
  readonly orders: readonly PlannedOrder[];
  readonly hooks: readonly PlannedHook[];
  readonly deliveries: readonly PlannedDelivery[];
  readonly kills: readonly PlannedKill[];
  readonly faults: readonly PlannedFault[];
}

/** One payment: what happens to it at the provider, and what the merchant's people do about it. */
export interface PlannedOrder {
  readonly index: number;
  readonly scenario: string;
  readonly provider: Provider;
  readonly account: string;
  readonly kind: Kind;
  /** The key at the provider, where it is not the provider that gives it. */
  readonly key?: string;
  /** The provider has no such payment. */
  readonly isUnknown?: true;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly openAt: number;
  readonly steps: readonly PlannedStep[];
  readonly registration?: { readonly at: number; readonly reference: string };
  readonly people: readonly { readonly at: number; readonly act: PersonAct }[];
  /** Somebody who asks for rechecks without a pause, as many at once as an order takes. */
  readonly rush?: { readonly at: number; readonly until: number; readonly most: number };
  /** What the provider holds at the end, when every step was taken: this story's own words, for the sandbox to be held to. */
  readonly ends: ScenarioEnd;
}

export interface ScenarioEnd {
  readonly status: string;
  readonly captured: number;
  readonly refunded: number;
}

export type PersonAct = 'acknowledge' | 'resolve' | 'recheck';

/** Something that the provider is made to do: an action of the sandbox's strings, faults for the next reads, or both. */
export interface PlannedStep {
  readonly at: number;
  readonly action?: Readonly<Record<string, unknown>> & { readonly action: string };
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
}

/** What a hook says, in the provider's own words; the order's key is filled in when it is known. */
export type HookContent = BriqpayContent | BridgerpayContent;

export interface BriqpayContent {
  readonly event: string;
  readonly status: string;
  readonly captureId?: string;
  readonly refundId?: string;
}

export interface BridgerpayContent {
  readonly type: string;
  readonly transactionId?: string;
  readonly refundId?: string;
  /** Minor units, positive. */
  readonly amount?: number;
}

/** One hook: what the provider would send after a step, or what nobody but a forger would send. */
export interface PlannedHook {
  readonly id: number;
  readonly order: number;
  /** The step that it tells of; -1 for one that needs no more than the opened payment. */
  readonly step: number;
  readonly content: HookContent;
  /** `forged` claims what never was; `ignored` is an event that is never about money; `refused` does not have the shape of a hook. */
  readonly nature: 'true' | 'forged' | 'ignored' | 'refused';
}

/** One copy of a hook on its way. */
export interface PlannedDelivery {
  readonly id: number;
  readonly hook: number;
  readonly at: number;
  readonly method: 'POST' | 'GET';
  /** How often it is tried until it is taken; `endless` ones are never given up. */
  readonly tries: number | 'endless';
}

export interface PlannedKill {
  readonly at: number;
  readonly target: Target;
  readonly signal: 'SIGKILL' | 'SIGTERM';
  /** How long it stays away after it has ended. */
  readonly downMs: number;
}

/**
 * What a link does to the bytes on it: `delay` holds each for a while, `cut` breaks every connection and refuses new ones,
 * `blackhole` holds everything back in both directions, `mute` only the answers.
 */
export interface PlannedFault {
  readonly at: number;
  readonly link: LinkName;
  readonly kind: 'delay' | 'cut' | 'blackhole' | 'mute';
  readonly forMs: number;
  readonly delayMs?: number;
}
