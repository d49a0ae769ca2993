import type { ComponentChildren } from 'preact';
import { assetHref } from '../assets.ts';
import { inert } from './inert.ts';
import { readable } from './times.tsx';
import { UntrustedText } from './untrusted-text.tsx';

/** What every page needs beside its own content. */
export interface PageContext {
  /** The token that a form of this browser carries. */
  readonly csrf: string;
  readonly operator: { readonly person: string; readonly keyName: string } | null;
  /** What was just done, told once. */
  readonly message: string | undefined;
  readonly now: number;
}

interface LayoutProps {
  readonly frame: PageContext;
  readonly title: string;
  /** Where the page looks for news of itself; without it, it stands still. */
  readonly liveHref?: string;
  readonly children: ComponentChildren;
}

// No styles of its own, no swap of a refusal; what is opened or checked stays so when the page changes around it.
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  noSwap: [204, 304, '4xx', '5xx'],
  morphIgnore: ['data-htmx-powered', 'open', 'checked'],
  history: false,
  defaultTimeout: 10_000,
});

/** The frame of every page of the board. */
export function Layout({ frame, title, liveHref, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={htmxConfig} />
        <title>{`${inert(title)} · payments`}</title>
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
        <Top frame={frame} liveHref={liveHref} />
        <main id="content" tabindex={-1}>
          <p id="news" class="said" role="status" />
          {frame.message !== undefined && (
            <p class="notice done" role="status">
              {inert(frame.message)}
            </p>
          )}
          {children}
        </main>
      </body>
    </html>
  );
}

function Top({ frame, liveHref }: { readonly frame: PageContext; readonly liveHref: string | undefined }) {
  const { operator, now, csrf } = frame;
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
          <button type="submit" class="quiet">
            Sign out
          </button>
        </form>
      )}
    </header>
  );
}
