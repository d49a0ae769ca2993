import type { Case } from './case.ts';
import type { Evidence } from './evidence.ts';

/** One way in which a run broke a law. */
interface Violation {
  /** The index of its order. */
  readonly order?: number;
  readonly what: string;
}

/** The result of one law: how much it checked, and its violations. */
export interface Judgement {
  readonly law: string;
  readonly says: string;
  readonly checked: number;
  readonly violations: readonly Violation[];
}

/** A law over all evidence of a run. */
export interface Law {
  readonly name: string;
  readonly says: string;
  judge(
    evidence: Evidence,
    cases: readonly Case[],
  ): { readonly checked: number; readonly violations: Violation[] };
}

/** Makes a law that looks at each order by itself. */
export function eachOrder(
  name: string,
  says: string,
  judge: (found: Case, evidence: Evidence) => { readonly checked: number; readonly wrong: readonly string[] },
): Law {
  return {
    name,
    says,
    judge(evidence, cases) {
      const judged = cases.map((found) => ({ found, ...judge(found, evidence) }));
      return {
        checked: judged.reduce((sum, { checked }) => sum + checked, 0),
        violations: judged.flatMap(({ found, wrong }) =>
          wrong.map((what) => ({ order: found.order.index, what })),
        ),
      };
    },
  };
}
