import { textOf } from '../kit/temporal/payloads.ts';
import type { Observation } from './observation.ts';

/** One line for people about an observation. `from` is the time of the first one. */
export function describe(observation: Observation, from: number): string {
  const time = new Date(observation.at).toISOString().replace('T', ' ').slice(0, 23);
  return `${time}  ${sinceText(observation.at - from).padStart(14)}  ${observation.is.padEnd(18)} ${wordsOf(observation)}`;
}

function wordsOf(observation: Observation): string {
  switch (observation.is) {
    case 'provider-moved':
      return observation.what;
    case 'hook':
      return `${observation.what}${observation.isForged ? ', forged' : ''}: ${observation.answer}`;
    case 'command':
      return `${observation.what}: ${observation.answer}`;
    case 'started':
      return `run ${observation.run} by ${observation.by}, ${viewText(observation)}`;
    case 'signalled':
      return `${observation.hint ? `${observation.hint.event} ${observation.hint.status}` : 'junk'}: ${observation.outcome}`;
    case 'hint-taken':
      return `${observation.hint.event} ${observation.hint.status}, ${textOf(observation.hint.claim)}`;
    case 'updated':
      return `${observation.update} ${observation.key}: ${observation.isAccepted ? 'accepted' : 'refused'}`;
    case 'task':
      return `${observation.jobs.join(', ') || 'the first'}; ${observation.events} events`;
    case 'task-lost':
      return observation.why;
    case 'evicted':
      return observation.why;
    case 'replayed':
      return `${observation.activations} activations`;
    case 'read-started':
      return `read ${observation.read}: ${observation.why}${observation.isLocal ? ', at once' : ''}`;
    case 'read-queued':
      return `read ${observation.read} goes on in the queue`;
    case 'read-ended':
      return `read ${observation.read}: ${textOf(observation.end)}`;
    case 'provider-requested':
      return `the provider: ${observation.end}`;
    case 'published':
      return viewText({ memo: observation.order });
    case 'timer-started':
      return `${observation.why}, in ${sinceText(observation.until - observation.at)}`;
    case 'timer-fired':
      return '';
    case 'continued':
      return `after ${observation.events} events`;
    case 'closed':
      return `${observation.result.order.status}, after ${observation.events} events`;
    case 'terminated':
      return 'by an operator';
    case 'queried':
      return viewText({ memo: observation.order });
    case 'warned':
      return observation.text;
  }
}

function viewText({ memo }: { readonly memo: Extract<Observation, { is: 'started' }>['memo'] }): string {
  const { status, amounts, unverifiedSince, findings, escalation, sequence } = memo;
  const { currency = '', ...buckets } = amounts;
  const sums = Object.entries(buckets).filter(([, amount]) => amount !== 0);
  return [
    status,
    sums.map(([name, amount]) => `${name} ${amount}`).join(' ') + (sums.length > 0 ? ` ${currency}` : ''),
    unverifiedSince ? `unverified since ${unverifiedSince}` : '',
    findings.map(({ code }) => code).join(' '),
    escalation ? `escalated ${escalation.level} ${escalation.state}: ${escalation.reasons.join(' ')}` : '',
    `sequence ${sequence}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function sinceText(ms: number): string {
  const seconds = ms / 1000;
  const days = Math.floor(seconds / 86_400);
  const clock = new Date(ms).toISOString().slice(11, 23);
  return days > 0 ? `${days}d ${clock}` : clock;
}
