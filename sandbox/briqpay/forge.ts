import { Refusal, parse } from '../answers.ts';
import { plainPlan } from '../hooks-plan.ts';
import { forgedHookSchema } from './control-schemas.ts';
import type { StateMachine } from './state-machine.ts';
import { type Target, hookMessage } from './hooks.ts';

/** Sends a forged hook: one that no change caused, even for a session that does not exist. */
export function forge(machine: StateMachine, id: string, given: unknown) {
  const { url, method, copies, concurrency, signed, signedAt, event, ...fields } = parse(
    forgedHookSchema,
    given,
  );
  const signing = machine.signing(signedAt);
  if (signed && signing === undefined)
    throw new Refusal(400, 'INVALID_DATA', 'body.signed: the sandbox has no signing secret');
  const targets = url === undefined ? targetsOf(machine, id, event) : [{ method, url }];
  const { status, ...others } = fields;
  const body = { event, status, sessionId: id, ...others };
  for (const target of targets) {
    const message = hookMessage(id, target, body, signed ? signing : undefined);
    machine.courier.send(message, { ...plainPlan, copies, concurrency });
  }
  return { body, sent: targets.map((target) => ({ ...target, copies })) };
}

/** The URLs of the session's own hooks of this event, in any status; each URL once. */
function targetsOf(machine: StateMachine, id: string, event: string): Target[] {
  const own = machine.store.current(id).hooks.filter(({ eventType }) => eventType === event);
  const targets = new Map(own.map(({ method, url }) => [url, { method, url }]));
  if (targets.size === 0)
    throw new Refusal(400, 'INVALID_DATA', 'body.url: required, the session has no such hook');
  return [...targets.values()];
}
