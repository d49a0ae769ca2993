import type { Tale } from './tale.ts';
import type { BriqpayContent, PlannedStep, StoryEnd } from './types.ts';

/** What Briqpay may do with a payment. Each tells its story and answers how it ends at the provider. */
export const briqpayTales = {
  captured(tale: Tale): StoryEnd {
    paid(tale);
    capture(tale, 'all', tale.amount);
    return ends('captured', tale.amount);
  },

  captured_in_parts(tale: Tale): StoryEnd {
    paid(tale);
    capture(tale, 'one', tale.amount / 3);
    capture(tale.pause(), 'two', (2 * tale.amount) / 3);
    return ends('captured', tale.amount);
  },

  captured_in_part(tale: Tale): StoryEnd {
    paid(tale);
    capture(tale, 'one', tale.amount / 2);
    return ends('partially_captured', tale.amount / 2);
  },

  refunded(tale: Tale): StoryEnd {
    paid(tale);
    capture(tale, 'all', tale.amount);
    refund(tale.pause(), 'all', 'all', tale.amount);
    return ends('refunded', tale.amount, tale.amount);
  },

  refunded_in_part(tale: Tale): StoryEnd {
    paid(tale);
    capture(tale, 'all', tale.amount);
    refund(tale.pause(), 'one', 'all', tale.amount / 4);
    return ends('partially_refunded', tale.amount, tale.amount / 4);
  },

  /** Movements of one amount that are not one movement. */
  twins(tale: Tale): StoryEnd {
    paid(tale);
    for (const name of ['one', 'two']) capture(tale.pause(), name, tale.amount / 2);
    for (const name of ['one', 'two']) refund(tale.pause(), name, name, tale.amount / 4);
    return ends('partially_refunded', tale.amount, tale.amount / 2);
  },

  capture_settles(tale: Tale): StoryEnd {
    paid(tale);
    capture(tale, 'all', tale.amount, 'pending');
    settleCapture(tale.pause(), 'all', 'approved');
    return ends('captured', tale.amount);
  },

  capture_fails_first(tale: Tale): StoryEnd {
    paid(tale);
    capture(tale, 'bad', tale.amount, 'pending');
    settleCapture(tale.pause(), 'bad', 'rejected');
    capture(tale.pause(), 'good', tale.amount);
    return ends('captured', tale.amount);
  },

  placed(tale: Tale): StoryEnd {
    paid(tale);
    return ends('placed');
  },

  rejected(tale: Tale): StoryEnd {
    complete(tale);
    tale.pause().step(act('reject'), order('order_rejected'));
    return ends('rejected');
  },

  cancelled(tale: Tale): StoryEnd {
    paid(tale);
    tale.pause().step(act('cancel'), order('order_cancelled'));
    return ends('cancelled');
  },

  /** Long enough in pending for the first rung of the ladder; a person may take it on or put it away. */
  pending_for_long(tale: Tale): StoryEnd {
    complete(tale);
    const { random } = tale;
    if (random.chance(0.5)) tale.person('acknowledge', tale.now + random.int(24_000, 27_000));
    if (random.chance(0.3)) tale.person('resolve', tale.now + random.int(27_000, 30_000));
    claimApproval(tale, 0.6);
    tale.until(Math.min(tale.now + random.int(28_000, 40_000), 0.93 * tale.spanMs));
    tale.step(act('approve'), order('order_approved_not_captured'));
    capture(tale.pause(), 'all', tale.amount);
    return ends('captured', tale.amount);
  },

  pending_for_ever(tale: Tale): StoryEnd {
    complete(tale);
    claimApproval(tale, 0.7);
    if (tale.random.chance(0.3)) tale.person('acknowledge', tale.now + 26_000);
    return ends('pending');
  },

  /** The shopper never comes. */
  abandoned(tale: Tale): StoryEnd {
    tale.register(tale.now);
    claimApproval(tale, 0.3);
    return ends('created');
  },

  session_expires(tale: Tale): StoryEnd {
    tale.register(tale.now).pause().step(act('expire'));
    return ends('expired');
  },

  /** Every hook is lost; the shop has registered the order, so rechecks bring it right. */
  hooks_lost(tale: Tale): StoryEnd {
    tale.register(tale.now);
    tale.areHooksLost = true;
    paid(tale);
    capture(tale, 'all', tale.amount);
    return ends('captured', tale.amount);
  },

  /** A hook tells of a capture while a slow read of before it is still under way. */
  hook_during_read(tale: Tale): StoryEnd {
    tale.areHooksPrompt = true;
    tale.step(act('complete')).wait(100).step(act('approve'));
    tale.wait(100).faults({ kind: 'slow', ms: 2_500, times: 3 });
    tale.hook(order('order_approved_not_captured'), { isSure: true, isAlone: true });
    tale.wait(1_500).step(captureAct(tale, 'one', tale.amount / 2));
    tale.hook(captureHook(tale, 'one', 'approved'), { isSure: true, isAlone: true });
    tale.areHooksPrompt = false;
    capture(tale.wait(12_000), 'two', tale.amount / 2);
    return ends('captured', tale.amount);
  },

  /** A read that is older than the one before, after the payment was decided. */
  older_read(tale: Tale): StoryEnd {
    tale.areHooksPrompt = true;
    tale.step(act('complete')).wait(100);
    tale.sureStep(act('approve'), order('order_approved_not_captured'));
    tale.areHooksPrompt = false;
    tale
      .wait(5_000)
      .faults({ kind: 'stale', times: 1 })
      .person('recheck', tale.now + 200);
    capture(tale.wait(6_000), 'all', tale.amount);
    return ends('captured', tale.amount);
  },

  /** A claim that the first read does not confirm, about an order that waits for nothing soon; the storms are over by then. */
  hook_before_fact(tale: Tale): StoryEnd {
    tale.step(act('complete')).wait(100);
    tale.sureStep(act('approve'), order('order_approved_not_captured'));
    tale.areHooksPrompt = true;
    lateInTheDay(tale)
      .step(captureAct(tale, 'all', tale.amount))
      .faults({ kind: 'stale', times: 1 });
    tale.hook(captureHook(tale, 'all', 'approved'), { isSure: true, isAlone: true });
    return ends('captured', tale.amount);
  },

  /** The same of a claim that nothing stands behind. */
  late_forgery(tale: Tale): StoryEnd {
    tale.step(act('complete')).wait(100).step(act('approve')).wait(100);
    tale.sureStep(captureAct(tale, 'all', tale.amount), captureHook(tale, 'all', 'approved'));
    tale.areHooksPrompt = true;
    lateInTheDay(tale).forge(captureHook(tale, 'forged', 'approved'));
    return ends('captured', tale.amount);
  },
} as const;

/** Payments of the account where an order that is pending is reread all the time. */
export const busyTales = {
  /** Read so often that its history must be continued in another; copies of its first hook come all the while. */
  busy(tale: Tale): StoryEnd {
    tale.register(tale.now);
    const until = Math.min(tale.now + 150_000, 0.9 * tale.spanMs);
    tale.step(act('complete'));
    tale.hook(order('order_pending'), {
      isSure: true,
      isAlone: true,
      isPrompt: true,
      echoes: { copies: 20, overMs: Math.floor(until + 0.08 * tale.spanMs - tale.now) },
    });
    tale.rushed(until - 500, 250);
    tale.until(until).sureStep(act('approve'), order('order_approved_not_captured'));
    capture(tale.wait(800), 'all', tale.amount);
    return ends('captured', tale.amount);
  },
} as const;

/** Payments of the account where orders close after seconds. */
export const briefTales = {
  /** Captured without a hook, read, closed; then it is refunded and a hook says so. */
  closed_then_refunded(tale: Tale): StoryEnd {
    tale.register(tale.now);
    tale.areHooksLost = true;
    quickly(tale);
    tale.step(captureAct(tale, 'all', tale.amount));
    tale
      .wait(22_000)
      .sureStep(refundAct(tale, 'all', 'all', tale.amount), refundHook(tale, 'all', 'approved'));
    return ends('refunded', tale.amount, tale.amount);
  },

  /** Cancelled without a hook, read, closed; then its hook comes all the same. */
  closed_then_told(tale: Tale): StoryEnd {
    tale.register(tale.now);
    tale.areHooksLost = true;
    quickly(tale);
    tale.step(act('cancel'));
    tale.hook(order('order_cancelled'), { isSure: true, at: tale.now + 20_000 });
    return ends('cancelled');
  },
} as const;

/** Hooks about sessions that the provider does not have. */
export const unknownTales = {
  /** Nobody's: forged, and believed by nobody. */
  unknown_session(tale: Tale): StoryEnd {
    const forged = [
      order('order_approved_not_captured'),
      captureHook(tale, 'forged', 'approved'),
      refundHook(tale, 'forged', 'approved'),
    ];
    for (const content of tale.random.shuffle(forged).slice(0, tale.random.int(1, 3)))
      tale.forge(content, tale.pause().now);
    return ends('created');
  },

  /** The shop knows it and the provider does not: somebody has to hear of it. */
  registered_unknown(tale: Tale): StoryEnd {
    tale.register(tale.now).forge(order('order_approved_not_captured'), tale.pause().now);
    return ends('created');
  },

  /** What the iframe shows: acknowledged, and no order. */
  ignored_event(tale: Tale): StoryEnd {
    tale.hook({ event: 'module_ui_status', status: 'visible' }, { nature: 'ignored' });
    return ends('created');
  },

  refused_hook(tale: Tale): StoryEnd {
    tale.hook(order('order_approved_not_captured'), { nature: 'refused' });
    return ends('created');
  },
} as const;

/** Claims about a real session that nothing stands behind. */
export function forgeClaims(tale: Tale): void {
  const claims = [
    captureHook(tale, 'forged', 'approved'),
    refundHook(tale, 'forged', 'approved'),
    order('order_cancelled'),
    order('order_rejected'),
  ];
  for (const content of tale.random.shuffle(claims).slice(0, tale.random.int(1, 2)))
    tale.forge(content, Math.max(tale.openedAt, tale.now - tale.random.int(0, 3_000)));
}

/** What the road to Briqpay, or Briqpay itself, may do to the next reads. */
export function spoilReads(tale: Tale, mayBeStale: boolean): void {
  const spoilt = [
    { kind: 'status', status: 503, times: 2 },
    { kind: 'status', status: 429, retryAfter: 1 },
    { kind: 'reset' },
    { kind: 'truncated' },
    { kind: 'slow', ms: 1_500 },
    { kind: 'hang' },
    ...(mayBeStale ? [{ kind: 'stale' }, { kind: 'stale', times: 2 }] : []),
  ] as const;
  tale.faults(tale.random.pick(spoilt));
}

function paid(tale: Tale): void {
  complete(tale);
  tale.pause().step(act('approve'), order('order_approved_not_captured')).pause();
}

function quickly(tale: Tale): void {
  tale.step(act('complete')).wait(100).step(act('approve')).wait(100);
}

function lateInTheDay(tale: Tale): Tale {
  return tale.until(0.9 * tale.spanMs).wait(tale.random.int(0, 5_000));
}

function complete(tale: Tale): void {
  tale.step(act('complete'), { event: 'session_status', status: 'completed' }, order('order_pending'));
}

function capture(tale: Tale, name: string, amount: number, status = 'approved'): void {
  tale.step(captureAct(tale, name, amount, status), captureHook(tale, name, status));
}

function settleCapture(tale: Tale, name: string, status: string): void {
  tale.step(
    act('settle_capture', { captureId: tale.id(`capture-${name}`), status }),
    captureHook(tale, name, status),
  );
}

function refund(tale: Tale, name: string, of: string, amount: number): void {
  tale.step(refundAct(tale, name, of, amount), refundHook(tale, name, 'approved'));
}

function captureAct(tale: Tale, name: string, amount: number, status = 'approved') {
  return act('capture', { captureId: tale.id(`capture-${name}`), amount, status });
}

function refundAct(tale: Tale, name: string, of: string, amount: number) {
  const refundId = tale.id(`refund-${name}`);
  return act('refund', { refundId, captureId: tale.id(`capture-${of}`), amount });
}

function claimApproval(tale: Tale, probability: number): void {
  if (tale.random.chance(probability))
    tale.forge(order('order_approved_not_captured'), tale.now + tale.random.int(500, 6_000));
}

function act(action: string, more: object = {}): PlannedStep['action'] & object {
  return { action, ...more, hooks: false };
}

function order(status: string): BriqpayContent {
  return { event: 'order_status', status };
}

function captureHook(tale: Tale, name: string, status: string): BriqpayContent {
  return { event: 'capture_status', status, captureId: tale.id(`capture-${name}`) };
}

function refundHook(tale: Tale, name: string, status: string): BriqpayContent {
  return { event: 'refund_status', status, refundId: tale.id(`refund-${name}`) };
}

function ends(status: string, captured = 0, refunded = 0): StoryEnd {
  return { status, captured, refunded };
}
