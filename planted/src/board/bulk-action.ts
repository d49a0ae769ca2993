import type { FastifyRequest } from 'fastify';
import limitConcurrency from 'p-limit';
import type { Order } from '../domain/order/view.ts';
import { sendCommand } from '../orders/send-command.ts';
import type { OrderLookups } from '../orders/order-lookups.ts';
import { recheckOrder, type Recheck } from '../orders/recheck.ts';
import { visibleRun } from '../api/visible-run.ts';
import type { Caller } from '../api/plugins/keys.ts';
import { toProblem } from '../api/plugins/problems.ts';
import type { ProblemCode } from '../api/problems.ts';
import type { Act, Verb } from './act-form.ts';
import type { Selected } from './selection.ts';

const atOnce = 8;

/** What acts need. */
export interface BulkActionDependencies extends Recheck {
  readonly looks: OrderLookups;
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
export interface BulkResult {
  readonly verb: Verb;
  readonly done: number;
  readonly refused: readonly Refused[];
}

/** Does an act to each order that was chosen, a few at a time; one that refuses holds up none of the others. */
export async function runBulkAction(
  hands: BulkActionDependencies,
  actor: Actor,
  act: Act,
  request: FastifyRequest,
): Promise<BulkResult> {
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
  hands: BulkActionDependencies,
  { caller, person }: Actor,
  { verb, reason, until, key }: Act,
  { id, seen }: Selected,
): Promise<Order> {
  const run = await visibleRun(hands.looks, caller, id);
  if (verb === 'recheck') return recheckOrder(hands, run, { by: person, key });
  const body = { by: person, reason, ...(until !== undefined && { until }), ...(seen && { seen }) };
  return sendCommand(hands.client, id, { update: updates[verb], key, body });
}
