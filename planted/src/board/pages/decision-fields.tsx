import type { Typed, Verb } from '../act-form.ts';
import { snoozeChoices, snoozeNames } from '../snooze.ts';

interface DecisionProps {
  readonly typed: Typed;
  /** Tells the fields of two forms on one page apart. */
  readonly prefix: string;
  readonly verbs: readonly Verb[];
  readonly hrefOf: (verb: Verb) => string;
}

const labels = {
  acknowledge: 'Acknowledge',
  snooze: 'Snooze',
  resolve: 'Resolve',
  recheck: 'Recheck now',
} as const satisfies Record<Verb, string>;

/** The fields and buttons of a decision: one reason, how long to snooze, and what to do. */
export function DecisionFields({ typed, prefix, verbs, hrefOf }: DecisionProps) {
  const id = (name: string) => `${prefix}-${name}`;
  const isDeciding = verbs.some((verb) => verb !== 'recheck');
  return (
    <div class="decision">
      {isDeciding && (
        <p class="field wide" hx-morph-skip>
          <label for={id('reason')}>Reason</label>
          <input
            id={id('reason')}
            name="reason"
            value={typed.reason}
            required
            maxLength={200}
            autocomplete="off"
            aria-describedby={id('reason-help')}
          />
          <small id={id('reason-help')}>Kept in the timeline; to acknowledge, none means “on it”.</small>
        </p>
      )}
      <p class="buttons">
        {verbs.map((verb) => (
          <button
            key={verb}
            type="submit"
            formaction={hrefOf(verb)}
            formnovalidate={verb === 'acknowledge' || verb === 'recheck'}
            class={verb === 'acknowledge' ? undefined : 'secondary'}
          >
            {labels[verb]}
          </button>
        ))}
      </p>
      {verbs.includes('snooze') && (
        <div class="snooze" hx-morph-skip>
          <p class="field">
            <label for={id('for')}>Snooze</label>
            <select id={id('for')} name="for">
              {snoozeChoices.map((choice) => (
                <option key={choice} value={choice} selected={choice === typed.snoozeFor}>
                  {snoozeNames[choice]}
                </option>
              ))}
            </select>
          </p>
          <p class="field">
            <label for={id('until')}>or until (UTC)</label>
            <input id={id('until')} name="until" type="datetime-local" value={typed.until} />
          </p>
        </div>
      )}
    </div>
  );
}
