/** One hook of Briqpay's, as its body has it. */
export interface Hook {
  readonly event: string;
  readonly status: string;
  readonly captureId?: string;
  readonly refundId?: string;
}

export const hooks = {
  completed: { event: 'session_status', status: 'completed' },
  pending: { event: 'order_status', status: 'order_pending' },
  approved: { event: 'order_status', status: 'order_approved_not_captured' },
  captured: { event: 'capture_status', status: 'approved', captureId: 'capture-1' },
  refunded: { event: 'refund_status', status: 'approved', refundId: 'refund-1' },
} as const satisfies Record<string, Hook>;

/** A capture that no other hook is about: each is news to its order. */
export function distinctHook(n: number): Hook {
  return { event: 'capture_status', status: 'approved', captureId: `capture-${n}` };
}

/** Ten hooks about the provider's stage `mixed`: no two are copies. */
export const mixedHooks: readonly Hook[] = [
  hooks.completed,
  hooks.pending,
  hooks.approved,
  ...[1, 2, 3, 4].map(distinctHook),
  ...[1, 2, 3].map((n) => ({ event: 'refund_status', status: 'approved', refundId: `refund-${n}` })),
];
