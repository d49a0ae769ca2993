import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productPath } from '../support/child.ts';

const directory = mkdtempSync(join(tmpdir(), 'payments-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

test.each(['server', 'worker'] as const)(
  'the %s ends with 1 and says everything that is wrong, without a secret',
  (name) => {
    const file = join(directory, 'bad.yaml');
    writeFileSync(
      file,
      `accounts: [{ id: ACME, provider: briqpay, baseUrl: 'http://example.com', username: u, secret: canary-1, hookToken: [canary-2] }]`,
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [productPath(name)], {
      env: { ...process.env, PAYMENTS_CONFIG: file, PORT: 'canary-3' },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    for (const path of ['accounts.0.id', 'accounts.0.baseUrl', 'accounts.0.hookToken', 'PORT'])
      expect(stderr).toContain(path);
    expect(stdout + stderr).not.toContain('canary');
  },
);
