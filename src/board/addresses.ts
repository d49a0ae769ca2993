const base = 'http://board.invalid';

/** The path of an order's page. An order id contains percent escapes, which are escaped once more here. */
export function orderHref(id: string): string {
  return `/ops/orders/${encodeURIComponent(id)}`;
}

/** The path to return to after signing in or after an action: a page of the board, or the list for any other text. */
export function returnPath(requested: string | undefined): string {
  if (requested === undefined || !requested.startsWith('/') || !URL.canParse(requested, base)) return '/ops';
  // Parsed as a browser does, for which `//host`, `/\host` and `/ops/../` lead elsewhere.
  const { origin, pathname, search } = new URL(requested, base);
  const isPage = origin === base && /^\/ops(\/|$)/.test(pathname) && !pathname.startsWith('/ops/sign-');
  return isPage ? pathname + search : '/ops';
}
