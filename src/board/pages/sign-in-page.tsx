import { Layout, type PageContext } from './layout.tsx';

interface SignInProps {
  readonly page: PageContext;
  /** The path to go to after signing in. */
  readonly to: string;
  readonly person: string;
  readonly refusal: string | undefined;
  /** Some API key of this service has the scope `ops`. */
  readonly isPossible: boolean;
}

/** The form to sign in with a name and an API key. */
export function SignInPage({ page, to, person, refusal, isPossible }: SignInProps) {
  return (
    <Layout page={page} title="Sign in">
      <div class="sign-in">
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
          <input type="hidden" name="_csrf" value={page.csrf} />
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
          <small id="person-help">The timelines of orders show your actions under this name.</small>
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
            It needs the scope <code>ops</code>. The browser keeps its name and yours, not the key itself.
          </small>
          <button type="submit">Sign in</button>
        </form>
      </div>
    </Layout>
  );
}
