/** A page that something between the client and the provider answers. */
interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export const pageNames = ['gateway', 'empty', 'foreign', 'maintenance', 'login'] as const;
export type PageName = (typeof pageNames)[number];

/** What a gateway, a proxy or a firewall answers in the provider's place. None is a word of the provider. */
export const pages: { readonly [N in PageName]: Page } = {
  gateway: {
    status: 404,
    type: 'text/html',
    text: '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><hr>nginx</body></html>',
  },
  empty: { status: 404, type: 'text/plain', text: '' },
  foreign: {
    status: 404,
    type: 'application/json',
    text: '{"timestamp":"2026-09-20T10:00:00.000+00:00","status":404,"error":"Not Found","path":"/"}',
  },
  maintenance: {
    status: 200,
    type: 'text/html',
    text: '<!doctype html><title>Maintenance</title><h1>Back soon</h1>',
  },
  login: {
    status: 200,
    type: 'text/html',
    text: '<!doctype html><title>Sign in</title><form method="post"><input name="password"></form>',
  },
};
