const nowhere = 'http://nowhere.invalid';

/** Where to go after signing in: a path of the board, or its list for anything else that was asked for. */
export function returnPath(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith('/') || !URL.canParse(asked, nowhere)) return '/ops';
  // Read as a browser reads it: `//host`, `/\host` and `/ops/../` lead elsewhere.
  const { origin, pathname, search } = new URL(asked, nowhere);
  const isHere = origin === nowhere && /^\/ops(\/|$)/.test(pathname) && !pathname.startsWith('/ops/sign-');
  return isHere ? pathname + search : '/ops';
}
