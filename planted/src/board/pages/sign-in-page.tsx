import { Layout, type PageContext } from './layout.tsx';

interface SignInProps {
  readonly frame: PageContext;
  /** Where to go afterwards. */
  readonly to: string;
  readonly person: string;
  readonly refusal: string | undefined;
  /** Some API key of this service has the scope `ops`. */
  readonly isPossible: boolean;
}

/** The door of the board. */
export function SignInPage({ frame, to, person, refusal, isPossible }: SignInProps) {
  return (
    <Layout frame={frame} title="Sign in">
      <div class="door">
        <h1>Sign in</h1>
        {refusal !== undefined && (
          <p class="notice refused" role="alert">
            {refusal}
          </p>
        )}
        {!isPossible && (
          <p class="notice refused">
            No API key of this service has the scope <code>ops</code>, so nobody can sign in. Add one under{' '}
            <code>apiKeys</code> in the configuration.
          </p>
        )}
        <form method="post" action="/ops/sign-in">
          <input type="hidden" name="_csrf" value={frame.csrf} />
          <input type="hidden" name="to" value={to} />
          <label for="person">Your name</label>
          <input
            id="person"
            name="person"
            value={person}
            required
            maxLength={64}
            autocomplete="username"
            aria-describedby="person-help"
          />
          <small id="person-help">Your decisions are kept in the timelines of orders under this name.</small>
          <label for="key">API key</label>
          <input
            id="key"
            name="key"
            type="password"
            required
            autocomplete="current-password"
            aria-describedby="key-help"
          />
          <small id="key-help">
            One with the scope <code>ops</code>. It is not kept: the session holds its name and yours.
          </small>
          <button type="submit">Sign in</button>
        </form>
      </div>
    </Layout>
  );
}
