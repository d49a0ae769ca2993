import { casesOf } from './case.ts';
import { escalated } from './escalation-law.ts';
import type { Evidence } from './evidence.ts';
import { historyLaws } from './history-laws.ts';
import { hookLaws } from './hook-laws.ts';
import type { Judgement, Law } from './law.ts';
import { orderLaws } from './order-laws.ts';

export const laws: readonly Law[] = [...hookLaws, ...orderLaws, escalated, ...historyLaws];

/** Judges a run by every law. */
export function judge(evidence: Evidence): Judgement[] {
  const cases = casesOf(evidence);
  return laws.map((law) => ({ law: law.name, says: law.says, ...law.judge(evidence, cases) }));
}
