import type { FastifyRequest } from 'fastify';
import limitConcurrency from 'p-limit';
import type { Order } from '../../domain/view.ts';
import { askOrder } from '../orders/ask.ts';
import type { Looks } from '../orders/looks.ts';
import { recheckOrder, type Recheck } from '../orders/recheck.ts';
import { visibleRun } from '../orders/visible.ts';
import type { Caller } from '../plugins/keys.ts';
import { toProblem } from '../plugins/problems.ts';
import type { ProblemCode } from '../problems.ts';
import type { Act, Verb } from './act-form.ts';
import type { Pick } from './picks.ts';

const atOnce = 8;

/** What acts need. */
export interface Hands extends Recheck {
  readonly looks: Looks;
}

/** Who acts: by which key, and in whose name. */
export interface Actor {
  readonly caller: Caller;
  readonly person: string;
}

export interface Refused {
  readonly id: string;
  readonly code: ProblemCode;
  /** For a person: who was faster, and when. */
  readonly message: string;
}

/** What became of an act. */
export interface Outcome {
  readonly verb: Verb;
  readonly done: number;
  readonly refused: readonly Refused[];
}

/** Does an act to each order that was chosen, a few at a time; one that refuses holds up none of the others. */
export async function perform(
  hands: Hands,
  actor: Actor,
  act: Act,
  request: FastifyRequest,
): Promise<Outcome> {
  const limit = limitConcurrency(atOnce);
  const answers = await Promise.all(
    act.picks.map((pick) =>
      limit(async (): Promise<Refused | undefined> => {
        try {
          await performOne(hands, actor, act, pick);
          return undefined;
        } catch (error) {
          const { code, message } = toProblem(error as Parameters<typeof toProblem>[0], request);
          return { id: pick.id, code, message };
        }
      }),
    ),
  );
  const refused = answers.filter((answer) => answer !== undefined);
  return { verb: act.verb, done: answers.length - refused.length, refused };
}

const updates = {
  acknowledge: 'acknowledgeEscalation',
  snooze: 'snoozeEscalation',
  resolve: 'resolveEscalation',
} as const;

async function performOne(
  hands: Hands,
  { caller, person }: Actor,
  { verb, reason, until, key }: Act,
  { id, seen }: Pick,
): Promise<Order> {
  const run = await visibleRun(hands.looks, caller, id);
  if (verb === 'recheck') return recheckOrder(hands, run, { by: person, key });
  const body = { by: person, reason, ...(until !== undefined && { until }), ...(seen && { seen }) };
  return askOrder(hands.client, id, { update: updates[verb], key, body });
}
