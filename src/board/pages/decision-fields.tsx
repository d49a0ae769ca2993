import type { FormValues, ActionName } from '../action-form.ts';
import { snoozeChoices, snoozeNames } from '../snooze.ts';

interface DecisionProps {
  readonly form: FormValues;
  /** Makes the ids of the fields unique on a page with two forms. */
  readonly prefix: string;
  readonly actions: readonly ActionName[];
  readonly hrefOf: (action: ActionName) => string;
}

const labels = {
  acknowledge: 'Acknowledge',
  snooze: 'Snooze',
  resolve: 'Resolve',
  reopen: 'Reopen',
  recheck: 'Recheck now',
} as const satisfies Record<ActionName, string>;

/** The fields and buttons of a form of actions: the reason, the end of a snooze, and one button for each action. */
export function DecisionFields({ form, prefix, actions, hrefOf }: DecisionProps) {
  const id = (name: string) => `${prefix}-${name}`;
  const isDeciding = actions.some((action) => action !== 'recheck');
  return (
    <div class="decision">
      {isDeciding && (
        <p class="field wide" hx-morph-skip>
          <label for={id('reason')}>Reason</label>
          <input
            id={id('reason')}
            name="reason"
            value={form.reason}
            required
            maxLength={200}
            autocomplete="off"
            aria-describedby={id('reason-help')}
          />
          <small id={id('reason-help')}>
            Shown in the timeline. Optional to acknowledge: empty means “on it”.
          </small>
        </p>
      )}
      <p class="buttons">
        {actions.map((action) => (
          <button
            key={action}
            type="submit"
            formaction={hrefOf(action)}
            formnovalidate={action === 'acknowledge' || action === 'recheck'}
            class={action === 'acknowledge' ? undefined : 'secondary'}
          >
            {labels[action]}
          </button>
        ))}
      </p>
      {actions.includes('snooze') && (
        <div class="snooze" hx-morph-skip>
          <p class="field">
            <label for={id('for')}>Snooze</label>
            <select id={id('for')} name="for">
              {snoozeChoices.map((choice) => (
                <option key={choice} value={choice} selected={choice === form.snoozeFor}>
                  {snoozeNames[choice]}
                </option>
              ))}
            </select>
          </p>
          <p class="field">
            <label for={id('until')}>or until (UTC)</label>
            <input id={id('until')} name="until" type="datetime-local" value={form.until} />
          </p>
        </div>
      )}
    </div>
  );
}
