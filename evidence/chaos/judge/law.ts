import type { Case } from './case.ts';
import type { Evidence } from './evidence.ts';

/** Something that broke a law. */
export interface Violation {
  /** The index of the order that it is about. */
  readonly order?: number;
  readonly what: string;
}

/** What became of one law: how much was held against it, and what did not hold. */
export interface Judgement {
  readonly law: string;
  readonly says: string;
  readonly checked: number;
  readonly violations: readonly Violation[];
}

/** A law looks at everything and says what broke it. */
export interface Law {
  readonly name: string;
  readonly says: string;
  judge(
    evidence: Evidence,
    cases: readonly Case[],
  ): { readonly checked: number; readonly violations: Violation[] };
}

/** A law about each order by itself. */
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
