import type { Entry, Outcome, Truth } from './truth.ts';

/** What a hook claims. */
export type Claim =
  | { readonly of: 'outcome'; readonly status: Outcome }
  | { readonly of: Entry['kind']; readonly id: string; readonly status: Outcome }
  | { readonly of: 'session'; readonly status: 'opened' | 'completed' | 'closed' }
  | { readonly of: 'nothing' };

/**
 * How a claim stands to a truth: it `holds`; it is `overtaken`, as pending is by the outcome; it is `implied`, since it was
 * true on the way; or it is `unproven`.
 */
export type Standing = 'holds' | 'overtaken' | 'implied' | 'unproven';

export function standingOf(claim: Claim, truth: Truth): Standing {
  switch (claim.of) {
    case 'nothing':
      return 'unproven';
    case 'session':
      if (truth.outcome === undefined && !truth.isOver) return 'unproven';
      return claim.status === 'opened' ? 'overtaken' : 'holds';
    case 'authorization': {
      const held = truth.entries.find(({ kind, id }) => kind === 'authorization' && id === claim.id)?.status;
      if (claim.status === 'approved' && held === 'cancelled') return 'implied';
      if (held !== undefined || claim.status === 'approved') return compare(claim.status, held);
      // An attempt that is not shown any more says little, once another one has come further.
      const standing = compare(claim.status, truth.outcome);
      return standing === 'unproven' && truth.outcome !== undefined ? 'implied' : standing;
    }
    case 'outcome': {
      const isCaptured =
        truth.capturedWord !== undefined ||
        truth.entries.some(({ kind, status }) => kind === 'capture' && status === 'approved');
      if (claim.status === 'approved' && isCaptured) return 'holds';
      if (claim.status === 'approved' && truth.outcome === 'cancelled') return 'implied';
      return compare(claim.status, truth.outcome);
    }
    default: {
      const all = [...truth.entries, ...truth.notified];
      return compare(claim.status, all.find(({ kind, id }) => kind === claim.of && id === claim.id)?.status);
    }
  }
}

function compare(claimed: Outcome, held: Outcome | undefined): Standing {
  if (claimed === held) return 'holds';
  return claimed === 'pending' && held !== undefined ? 'overtaken' : 'unproven';
}
