import { textOf } from './core/payloads.ts';
import type { Sight } from './seen.ts';

/** One line about something that was seen, for people. */
export function tell(sight: Sight, from: number): string {
  const time = new Date(sight.at).toISOString().replace('T', ' ').slice(0, 23);
  return `${time}  ${sinceText(sight.at - from).padStart(14)}  ${sight.is.padEnd(10)} ${wordsOf(sight)}`;
}

function wordsOf(sight: Sight): string {
  switch (sight.is) {
    case 'truth':
      return sight.what;
    case 'hook':
      return `${sight.what}${sight.isForged ? ', made up' : ''}: ${sight.fate}`;
    case 'command':
      return `${sight.what}: ${sight.answer}`;
    case 'started':
      return `run ${sight.run} by ${sight.by}, ${faceOf(sight)}`;
    case 'signalled':
      return `${sight.hint ? `${sight.hint.event} ${sight.hint.status}` : 'junk'}: ${sight.fate}`;
    case 'heard':
      return `${sight.hint.event} ${sight.hint.status}, ${textOf(sight.hint.claim)}`;
    case 'told':
      return `${sight.update} ${sight.key}: ${sight.isAccepted ? 'accepted' : 'refused'}`;
    case 'task':
      return `${sight.jobs.join(', ') || 'the first'}; ${sight.events} events`;
    case 'task-lost':
      return sight.why;
    case 'evicted':
      return sight.why;
    case 'replayed':
      return `${sight.activations} activations`;
    case 'asked':
      return `read ${sight.ask}: ${sight.why}${sight.isLocal ? ', at once' : ''}`;
    case 'queued':
      return `read ${sight.ask} goes on in the queue`;
    case 'answered':
      return `read ${sight.ask}: ${textOf(sight.end)}`;
    case 'requested':
      return `the provider: ${sight.end}`;
    case 'shown':
      return faceOf({ memo: sight.order });
    case 'timer':
      return `${sight.why}, in ${sinceText(sight.until - sight.at)}`;
    case 'rang':
      return '';
    case 'continued':
      return `after ${sight.events} events`;
    case 'closed':
      return `${sight.result.order.status}, after ${sight.events} events`;
    case 'terminated':
      return 'by an operator';
    case 'queried':
      return faceOf({ memo: sight.order });
    case 'warned':
      return sight.text;
  }
}

function faceOf({ memo }: { readonly memo: Extract<Sight, { is: 'started' }>['memo'] }): string {
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
