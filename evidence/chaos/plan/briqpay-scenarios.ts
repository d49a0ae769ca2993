import type { ScenarioBuilder } from './scenario-builder.ts';
import type { BriqpayContent, PlannedStep, ScenarioEnd } from './types.ts';

/** The scenarios of payments at Briqpay. Each builds its steps and returns how the payment ends at the provider. */
export const briqpayScenarios = {
  captured(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'all', builder.amount);
    return ends('captured', builder.amount);
  },

  captured_in_parts(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'one', builder.amount / 3);
    capture(builder.pause(), 'two', (2 * builder.amount) / 3);
    return ends('captured', builder.amount);
  },

  captured_in_part(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'one', builder.amount / 2);
    return ends('partially_captured', builder.amount / 2);
  },

  refunded(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'all', builder.amount);
    refund(builder.pause(), 'all', 'all', builder.amount);
    return ends('refunded', builder.amount, builder.amount);
  },

  refunded_in_part(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'all', builder.amount);
    refund(builder.pause(), 'one', 'all', builder.amount / 4);
    return ends('partially_refunded', builder.amount, builder.amount / 4);
  },

  /** Two captures and two refunds of equal amounts. */
  twins(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    for (const name of ['one', 'two']) capture(builder.pause(), name, builder.amount / 2);
    for (const name of ['one', 'two']) refund(builder.pause(), name, name, builder.amount / 4);
    return ends('partially_refunded', builder.amount, builder.amount / 2);
  },

  capture_settles(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'all', builder.amount, 'pending');
    settleCapture(builder.pause(), 'all', 'approved');
    return ends('captured', builder.amount);
  },

  capture_fails_first(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'bad', builder.amount, 'pending');
    settleCapture(builder.pause(), 'bad', 'rejected');
    capture(builder.pause(), 'good', builder.amount);
    return ends('captured', builder.amount);
  },

  /** The provider says that all is captured, and takes it back: the capture had only begun. */
  capture_fails_after_word(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    capture(builder, 'bad', builder.amount, 'pending');
    builder.wait(100).step(act('say', { word: 'captured_full' }));
    settleCapture(builder.pause(), 'bad', 'rejected');
    builder.wait(100).step(act('say', { word: null }));
    return ends('placed');
  },

  placed(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    return ends('placed');
  },

  rejected(builder: ScenarioBuilder): ScenarioEnd {
    complete(builder);
    builder.pause().step(act('reject'), order('order_rejected'));
    return ends('rejected');
  },

  cancelled(builder: ScenarioBuilder): ScenarioEnd {
    paid(builder);
    builder.pause().step(act('cancel'), order('order_cancelled'));
    return ends('cancelled');
  },

  /** Pending until after the first rung of the ladder; a person may acknowledge or resolve the escalation. */
  pending_for_long(builder: ScenarioBuilder): ScenarioEnd {
    complete(builder);
    const { random } = builder;
    if (random.chance(0.5)) builder.person('acknowledge', builder.now + random.int(24_000, 27_000));
    if (random.chance(0.3)) builder.person('resolve', builder.now + random.int(27_000, 30_000));
    claimApproval(builder, 0.6);
    builder.until(Math.min(builder.now + random.int(28_000, 40_000), 0.93 * builder.spanMs));
    builder.step(act('approve'), order('order_approved_not_captured'));
    capture(builder.pause(), 'all', builder.amount);
    return ends('captured', builder.amount);
  },

  pending_for_ever(builder: ScenarioBuilder): ScenarioEnd {
    complete(builder);
    claimApproval(builder, 0.7);
    if (builder.random.chance(0.3)) builder.person('acknowledge', builder.now + 26_000);
    return ends('pending');
  },

  /** The shopper never pays. */
  abandoned(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    claimApproval(builder, 0.3);
    return ends('created');
  },

  session_expires(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now).pause().step(act('expire'));
    return ends('expired');
  },

  /** Every hook is lost; the order is registered, so that rechecks make it right. */
  hooks_lost(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    builder.areHooksLost = true;
    paid(builder);
    capture(builder, 'all', builder.amount);
    return ends('captured', builder.amount);
  },

  /** A hook tells of a capture while a slow read that began before it is still under way. */
  hook_during_read(builder: ScenarioBuilder): ScenarioEnd {
    builder.areHooksPrompt = true;
    builder.step(act('complete')).wait(100).step(act('approve'));
    builder.wait(100).faults({ kind: 'slow', ms: 2_500, times: 3 });
    builder.hook(order('order_approved_not_captured'), { isSure: true, isAlone: true });
    builder.wait(1_500).step(captureAct(builder, 'one', builder.amount / 2));
    builder.hook(captureHook(builder, 'one', 'approved'), { isSure: true, isAlone: true });
    builder.areHooksPrompt = false;
    capture(builder.wait(12_000), 'two', builder.amount / 2);
    return ends('captured', builder.amount);
  },

  /** A stale read after the payment was decided. */
  older_read(builder: ScenarioBuilder): ScenarioEnd {
    builder.areHooksPrompt = true;
    builder.step(act('complete')).wait(100);
    builder.sureStep(act('approve'), order('order_approved_not_captured'));
    builder.areHooksPrompt = false;
    builder
      .wait(5_000)
      .faults({ kind: 'stale', times: 1 })
      .person('recheck', builder.now + 200);
    capture(builder.wait(6_000), 'all', builder.amount);
    return ends('captured', builder.amount);
  },

  /** A claim that the first read does not confirm, about an order that waits for nothing soon; the storms are over by then. */
  hook_before_fact(builder: ScenarioBuilder): ScenarioEnd {
    builder.step(act('complete')).wait(100);
    builder.sureStep(act('approve'), order('order_approved_not_captured'));
    builder.areHooksPrompt = true;
    lateInTheDay(builder)
      .step(captureAct(builder, 'all', builder.amount))
      .faults({ kind: 'stale', times: 1 });
    builder.hook(captureHook(builder, 'all', 'approved'), { isSure: true, isAlone: true });
    return ends('captured', builder.amount);
  },

  /** The same with a forged claim. */
  late_forgery(builder: ScenarioBuilder): ScenarioEnd {
    builder.step(act('complete')).wait(100).step(act('approve')).wait(100);
    builder.sureStep(captureAct(builder, 'all', builder.amount), captureHook(builder, 'all', 'approved'));
    builder.areHooksPrompt = true;
    lateInTheDay(builder).forge(captureHook(builder, 'forged', 'approved'));
    return ends('captured', builder.amount);
  },
} as const;

/** Payments of the account whose pending orders are read all the time. */
export const busyScenarios = {
  /** Read so often that its run continues as new; copies of its first hook come all the time. */
  busy(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    const until = Math.min(builder.now + 150_000, 0.9 * builder.spanMs);
    builder.step(act('complete'));
    builder.hook(order('order_pending'), {
      isSure: true,
      isAlone: true,
      isPrompt: true,
      echoes: { copies: 20, overMs: Math.floor(until + 0.08 * builder.spanMs - builder.now) },
    });
    builder.rushed(until - 500, 250);
    builder.until(until).sureStep(act('approve'), order('order_approved_not_captured'));
    capture(builder.wait(800), 'all', builder.amount);
    return ends('captured', builder.amount);
  },
} as const;

/** Payments of the account whose orders close after seconds. */
export const briefScenarios = {
  /** Captured without a hook, read, closed; then a hook tells of a refund. */
  closed_then_refunded(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    builder.areHooksLost = true;
    quickly(builder);
    builder.step(captureAct(builder, 'all', builder.amount));
    builder
      .wait(22_000)
      .sureStep(refundAct(builder, 'all', 'all', builder.amount), refundHook(builder, 'all', 'approved'));
    return ends('refunded', builder.amount, builder.amount);
  },

  /** Cancelled without a hook, read, closed; then the late hook comes. */
  closed_then_told(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now);
    builder.areHooksLost = true;
    quickly(builder);
    builder.step(act('cancel'));
    builder.hook(order('order_cancelled'), { isSure: true, at: builder.now + 20_000 });
    return ends('cancelled');
  },
} as const;

/** Hooks about sessions that the provider does not have. */
export const unknownScenarios = {
  /** Forged hooks about a session of no merchant. */
  unknown_session(builder: ScenarioBuilder): ScenarioEnd {
    const forged = [
      order('order_approved_not_captured'),
      captureHook(builder, 'forged', 'approved'),
      refundHook(builder, 'forged', 'approved'),
    ];
    for (const content of builder.random.shuffle(forged).slice(0, builder.random.int(1, 3)))
      builder.forge(content, builder.pause().now);
    return ends('created');
  },

  /** Registered, and unknown to the provider: a person has to see it. */
  registered_unknown(builder: ScenarioBuilder): ScenarioEnd {
    builder.register(builder.now).forge(order('order_approved_not_captured'), builder.pause().now);
    return ends('created');
  },

  /** An event of the iframe: acknowledged, and no order starts. */
  ignored_event(builder: ScenarioBuilder): ScenarioEnd {
    builder.hook({ event: 'module_ui_status', status: 'visible' }, { nature: 'ignored' });
    return ends('created');
  },

  refused_hook(builder: ScenarioBuilder): ScenarioEnd {
    builder.hook(order('order_approved_not_captured'), { nature: 'refused' });
    return ends('created');
  },
} as const;

/** Adds forged claims about a real session. */
export function forgeClaims(builder: ScenarioBuilder): void {
  const claims = [
    captureHook(builder, 'forged', 'approved'),
    refundHook(builder, 'forged', 'approved'),
    order('order_cancelled'),
    order('order_rejected'),
  ];
  for (const content of builder.random.shuffle(claims).slice(0, builder.random.int(1, 2)))
    builder.forge(content, Math.max(builder.openedAt, builder.now - builder.random.int(0, 3_000)));
}

/** What the link to Briqpay, or Briqpay itself, may do to the next reads. */
export function spoilReads(builder: ScenarioBuilder, mayBeStale: boolean): void {
  const spoilt = [
    { kind: 'status', status: 503, times: 2 },
    { kind: 'status', status: 429, retryAfter: 1 },
    { kind: 'reset' },
    { kind: 'truncated' },
    { kind: 'slow', ms: 1_500 },
    { kind: 'hang' },
    { kind: 'road', page: 'gateway', times: 2 },
    { kind: 'road', page: 'login', times: 2 },
    ...(mayBeStale ? [{ kind: 'stale' }, { kind: 'stale', times: 2 }] : []),
  ] as const;
  builder.faults(builder.random.pick(spoilt));
}

function paid(builder: ScenarioBuilder): void {
  complete(builder);
  builder.pause().step(act('approve'), order('order_approved_not_captured')).pause();
}

function quickly(builder: ScenarioBuilder): void {
  builder.step(act('complete')).wait(100).step(act('approve')).wait(100);
}

function lateInTheDay(builder: ScenarioBuilder): ScenarioBuilder {
  return builder.until(0.9 * builder.spanMs).wait(builder.random.int(0, 5_000));
}

function complete(builder: ScenarioBuilder): void {
  builder.step(act('complete'), { event: 'session_status', status: 'completed' }, order('order_pending'));
}

function capture(builder: ScenarioBuilder, name: string, amount: number, status = 'approved'): void {
  builder.step(captureAct(builder, name, amount, status), captureHook(builder, name, status));
}

function settleCapture(builder: ScenarioBuilder, name: string, status: string): void {
  builder.step(
    act('settle_capture', { captureId: builder.id(`capture-${name}`), status }),
    captureHook(builder, name, status),
  );
}

function refund(builder: ScenarioBuilder, name: string, of: string, amount: number): void {
  builder.step(refundAct(builder, name, of, amount), refundHook(builder, name, 'approved'));
}

function captureAct(builder: ScenarioBuilder, name: string, amount: number, status = 'approved') {
  return act('capture', { captureId: builder.id(`capture-${name}`), amount, status });
}

function refundAct(builder: ScenarioBuilder, name: string, of: string, amount: number) {
  const refundId = builder.id(`refund-${name}`);
  return act('refund', { refundId, captureId: builder.id(`capture-${of}`), amount });
}

function claimApproval(builder: ScenarioBuilder, probability: number): void {
  if (builder.random.chance(probability))
    builder.forge(order('order_approved_not_captured'), builder.now + builder.random.int(500, 6_000));
}

function act(action: string, more: object = {}): PlannedStep['action'] & object {
  return { action, ...more, hooks: false };
}

function order(status: string): BriqpayContent {
  return { event: 'order_status', status };
}

function captureHook(builder: ScenarioBuilder, name: string, status: string): BriqpayContent {
  return { event: 'capture_status', status, captureId: builder.id(`capture-${name}`) };
}

function refundHook(builder: ScenarioBuilder, name: string, status: string): BriqpayContent {
  return { event: 'refund_status', status, refundId: builder.id(`refund-${name}`) };
}

function ends(status: string, captured = 0, refunded = 0): ScenarioEnd {
  return { status, captured, refunded };
}
