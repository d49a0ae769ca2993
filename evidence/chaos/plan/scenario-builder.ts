import type { Random } from '../../kit/random.ts';
import type {
  HookContent,
  Kind,
  PersonAct,
  PlannedHook,
  PlannedOrder,
  PlannedStep,
  Provider,
  ScenarioEnd,
} from './types.ts';

/** A hook of a scenario, before it has a number. */
export interface ScenarioHook extends Omit<PlannedHook, 'id'> {
  readonly at: number;
  /** It is delivered at least once, however long that takes: without it the order could not become right by itself. */
  readonly isSure: boolean;
  /** It is sent right after its step. */
  readonly isPrompt: boolean;
  /** Further copies, spread evenly over so many milliseconds. */
  readonly echoes?: { readonly copies: number; readonly overMs: number };
  /** It is neither lost nor copied by chance. */
  readonly isAlone?: boolean;
}

export interface PlannedScenario {
  readonly order: PlannedOrder;
  readonly hooks: readonly ScenarioHook[];
}

export interface ScenarioSettings {
  readonly index: number;
  readonly scenario: string;
  readonly provider: Provider;
  readonly account: string;
  readonly kind?: Kind;
  readonly key?: string;
  readonly isUnknown?: true;
  readonly currency: string;
  readonly openAt: number;
  readonly spanMs: number;
  readonly random: Random;
}

/** Builds the scenario of one order step by step; each step is later than the one before. */
export class ScenarioBuilder {
  readonly index: number;
  readonly random: Random;
  readonly amount: number;
  readonly spanMs: number;
  readonly #settings: ScenarioSettings;
  readonly #steps: PlannedStep[] = [];
  readonly #hooks: ScenarioHook[] = [];
  readonly #people: { at: number; act: PersonAct }[] = [];
  #now: number;
  #registerAt: number | undefined;
  #rush: PlannedOrder['rush'];
  /** The hooks that follow are lost: only rechecks can make the order right. */
  areHooksLost = false;
  /** The hooks that follow are sent right after their steps. */
  areHooksPrompt = false;

  constructor(settings: ScenarioSettings) {
    this.#settings = settings;
    this.index = settings.index;
    this.random = settings.random;
    this.spanMs = settings.spanMs;
    this.#now = settings.openAt;
    // Divisible by what the scenarios divide it by.
    this.amount = settings.random.int(10, 500) * 1_200;
  }

  get openedAt(): number {
    return this.#settings.openAt;
  }

  get now(): number {
    return this.#now;
  }

  id(what: string): string {
    return `${what}-${this.#settings.index}`;
  }

  wait(ms: number): this {
    this.#now += ms;
    return this;
  }

  /** Waits as long as a shopper or a shop does between two acts. */
  pause(): this {
    return this.wait(this.random.int(200, 3_000));
  }

  until(at: number): this {
    this.#now = Math.max(this.#now, Math.floor(at));
    return this;
  }

  step(action: PlannedStep['action'] & object, ...hooks: HookContent[]): this {
    this.#steps.push({ at: this.#now, action });
    for (const content of hooks) this.#addHook(content, { isSure: false });
    return this;
  }

  /** A step of which one copy of each hook arrives. */
  sureStep(action: PlannedStep['action'] & object, ...hooks: HookContent[]): this {
    this.#steps.push({ at: this.#now, action });
    for (const content of hooks) this.#addHook(content, { isSure: true });
    return this;
  }

  /** Sets how the provider's next answers about this payment fail. */
  faults(...faults: Readonly<Record<string, unknown>>[]): this {
    this.#steps.push({ at: this.#now, faults });
    return this;
  }

  hook(content: HookContent, more: Partial<ScenarioHook> = {}): this {
    this.#addHook(content, { isSure: false, ...more });
    return this;
  }

  forge(content: HookContent, at = this.#now): this {
    this.#addHook(content, { isSure: false, at, step: -1, nature: 'forged' });
    return this;
  }

  register(at: number): this {
    this.#registerAt = Math.floor(at);
    return this;
  }

  get isRegistered(): boolean {
    return this.#registerAt !== undefined;
  }

  person(act: PersonAct, at = this.#now): this {
    this.#people.push({ at: Math.floor(at), act });
    return this;
  }

  /** Adds rechecks without a pause from now on, up to a number. */
  rushed(until: number, most: number): this {
    this.#rush = { at: this.#now, until: Math.floor(until), most };
    return this;
  }

  end(ends: ScenarioEnd): PlannedScenario {
    const {
      index,
      scenario,
      provider,
      account,
      kind = 'deposit',
      key,
      isUnknown,
      currency,
      openAt,
    } = this.#settings;
    return {
      order: {
        index,
        scenario,
        provider,
        account,
        kind,
        ...(key !== undefined && { key }),
        ...(isUnknown && { isUnknown }),
        amount: this.amount,
        currency,
        openAt,
        steps: this.#steps,
        ...(this.#registerAt !== undefined && {
          registration: { at: this.#registerAt, reference: `ref-${index}` },
        }),
        people: this.#people,
        ...(this.#rush && { rush: this.#rush }),
        ends,
      },
      hooks: this.#hooks,
    };
  }

  #addHook(content: HookContent, more: Partial<ScenarioHook> & { isSure: boolean }): void {
    const nature = more.nature ?? 'true';
    if (this.areHooksLost && nature === 'true' && !more.isSure) return;
    this.#hooks.push({
      order: this.index,
      step: this.#steps.length - 1,
      content,
      nature,
      at: this.#now,
      isPrompt: this.areHooksPrompt,
      ...more,
    });
  }
}
