import { Refusal, parse } from '../answers.ts';
import type { HookMessage } from '../hooks.ts';
import { plainPlan } from '../hooks-plan.ts';
import { overlaid } from '../overlay.ts';
import { toJson } from '../raw-json.ts';
import { forgedHookSchema } from './control-schemas.ts';
import type { StateMachine } from './state-machine.ts';
import { type Target, hookMessage, postMessage } from './hooks.ts';

/** Sends a forged hook: one that no change caused, even for a session that does not exist. */
export function forge(machine: StateMachine, id: string, given: unknown) {
  const { url, method, copies, concurrency, signed, signedAt, omit, body, text, ...fields } = parse(
    forgedHookSchema,
    given,
  );
  const signing = machine.signing(signedAt);
  if (signed && signing === undefined)
    throw new Refusal(400, 'INVALID_DATA', 'body.signed: the sandbox has no signing secret');
  const { event, status, ...others } = fields;
  const targets = url === undefined ? targetsOf(machine, id, event) : [{ method, url }];
  const told = overlaid({ event, status, sessionId: id, ...others }, { set: {}, omit });
  const whole = text ?? (body === undefined ? undefined : toJson(body));
  for (const target of targets)
    machine.courier.send(messageTo(target), { ...plainPlan, copies, concurrency });
  return { body: whole ?? told, sent: targets.map((target) => ({ ...target, copies })) };

  function messageTo(target: Target): HookMessage {
    const secret = signed ? signing : undefined;
    if (whole === undefined) return hookMessage(id, target, told, secret);
    return postMessage(id, target.url, whole, { text: whole }, secret);
  }
}

/** The URLs of the session's own hooks of this event, in any status, or of all where it names none; each URL once. */
function targetsOf(machine: StateMachine, id: string, event: unknown): Target[] {
  const { hooks } = machine.store.current(id);
  const own = typeof event === 'string' ? hooks.filter(({ eventType }) => eventType === event) : hooks;
  const targets = new Map(own.map(({ method, url }) => [url, { method, url }]));
  if (targets.size === 0)
    throw new Refusal(400, 'INVALID_DATA', 'body.url: required, the session has no such hook');
  return [...targets.values()];
}
