import type { ComponentChildren } from 'preact';
import { assetHref } from '../assets.ts';
import { readable } from './times.tsx';
import { UntrustedText, visible } from './untrusted-text.tsx';

/** What every page needs besides its own content. */
export interface PageContext {
  /** The CSRF token of this browser, which every form sends. */
  readonly csrf: string;
  readonly operator: { readonly person: string; readonly keyName: string } | null;
  /** The result of the last action, shown once. */
  readonly message: string | undefined;
  readonly now: number;
}

interface LayoutProps {
  readonly page: PageContext;
  readonly title: string;
  /** The URL that the page polls for its changes; without it the page does not poll. */
  readonly liveHref?: string;
  readonly children: ComponentChildren;
}

// htmx adds no styles, does not swap error answers, and keeps open and checked elements as they are.
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  noSwap: [204, 304, '4xx', '5xx'],
  morphIgnore: ['data-htmx-powered', 'open', 'checked'],
  history: false,
  defaultTimeout: 10_000,
});

/** The head, the top bar and the messages around every page of the board. */
export function Layout({ page, title, liveHref, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={htmxConfig} />
        <title>{`${visible(title)} · payments`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={assetHref('pico.css')} />
        <link rel="stylesheet" href={assetHref('board.css')} />
        <script src={assetHref('htmx.js')} defer />
        <script src={assetHref('board.js')} defer />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Top page={page} liveHref={liveHref} />
        <main id="content" tabindex={-1}>
          <p id="news" class="visually-hidden" role="status" />
          {page.message !== undefined && (
            <p class="notice done" role="status">
              {visible(page.message)}
            </p>
          )}
          {children}
        </main>
      </body>
    </html>
  );
}

function Top({ page, liveHref }: { readonly page: PageContext; readonly liveHref: string | undefined }) {
  const { operator, now, csrf } = page;
  const at = new Date(now).toISOString();
  return (
    <header class="top">
      <a class="brand" href="/ops">
        <span aria-hidden="true">◆</span> Stuck payments
      </a>
      {liveHref !== undefined && (
        <>
          <p id="live" data-now={now}>
            As of <time datetime={at}>{readable(at)}</time>
          </p>
          <div
            hx-get={liveHref}
            hx-trigger="every 3s"
            hx-target="#board"
            hx-swap="outerMorph"
            hx-include="#version"
            hx-sync="this:drop"
          />
        </>
      )}
      {operator && (
        <form method="post" action="/ops/sign-out" class="who">
          <span>
            <UntrustedText>{operator.person}</UntrustedText> <small>by key {operator.keyName}</small>
          </span>
          <input type="hidden" name="_csrf" value={csrf} />
          <button type="submit" class="subtle">
            Sign out
          </button>
        </form>
      )}
    </header>
  );
}
