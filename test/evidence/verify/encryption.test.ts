import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { historyFromJSON, historyToJSON } from '../../../evidence/kit/temporal/sdk-internals.ts';
import { configText } from '../../../evidence/chaos/cluster/config.ts';
import { patienceFor } from '../../../evidence/chaos/patience.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { EncryptionCodec } from '../../../src/temporal/encryption.ts';
import { readEnvFiles } from '../../../evidence/verify/compose/env-file.ts';
import {
  judgeEncryption,
  type EncryptionEvidence,
} from '../../../evidence/verify/phases/judge-encryption.ts';
import { openKeyring } from '../../../evidence/verify/secrecy/keyring.ts';
import { decryptHistory, keyIdOf, payloadsIn } from '../../../evidence/verify/secrecy/payloads.ts';
import { Verdicts } from '../../../evidence/verify/verdict.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('env files', () => {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const read = (...paths: readonly string[]) =>
    readEnvFiles(
      paths.map((path) => ({ path, required: true })),
      folder,
    );

  test('give their variables; of two files the later wins', () => {
    write('a.env', '# a comment\nONE=1\n\nKEY=YWJj+/==\n');
    write('b.env', 'ONE=2\n');
    expect(read('a.env', 'b.env')).toEqual({ ONE: '2', KEY: 'YWJj+/==' });
  });

  test('may be missing where they are not required', () => {
    expect(readEnvFiles([{ path: 'none.env', required: false }], folder)).toEqual({});
    expect(() => read('none.env')).toThrow('none.env');
  });

  test.each(["A='quoted'", 'A=$B', 'A=1 # comment', 'export A=1'])('%s is not understood here', (line) => {
    write('odd.env', `${line}\n`);
    expect(() => read('odd.env')).toThrow('odd.env: a line is not understood here');
  });
});

test('a keyring hands its keys on as an operator does: references in the configuration, values in the env file', () => {
  const [configFile, envFile] = [join(folder, 'payments.yaml'), join(folder, 'payments.env')];
  const keyring = openKeyring(
    { config: configText('http://127.0.0.1:1', patienceFor(1)), configFile, envFile },
    'k1',
  );
  const first = keyring.keys.keys['k1']!;
  const loaded = () => {
    const environment = readEnvFiles([{ path: 'payments.env', required: true }], folder);
    return parseConfig(readFileSync(configFile, 'utf8'), environment).encryption;
  };
  expect(loaded()).toEqual({ current: 'k1', keys: { k1: first } });
  keyring.turn('k2', ['k1', 'k2', 'k3']);
  expect(loaded()).toEqual(keyring.keys);
  expect(keyring.keys).toMatchObject({ current: 'k2', keys: { k1: first } });
  expect(Object.keys(keyring.keys.keys)).toEqual(['k1', 'k2', 'k3']);
  expect(readFileSync(configFile, 'utf8')).not.toContain(first.toString('base64'));
});

test('payloads of a history are found where they are, with their keys, and decrypted in a copy', async () => {
  const codec = new EncryptionCodec({ current: 'k1', keys: { k1: Buffer.alloc(32) } });
  const [secret] = await codec.encode([defaultPayloadConverter.toPayload({ by: 'kim' })]);
  const plain = defaultPayloadConverter.toPayload('briqpay');
  const history = historyFromJSON({ events: [] });
  history.events = [
    {
      workflowExecutionStartedEventAttributes: {
        input: { payloads: [secret!] },
        searchAttributes: { indexedFields: { Provider: plain } },
      },
    },
  ];
  const exported = historyToJSON(history);
  const found = [...payloadsIn((JSON.parse(exported) as { events: object[] }).events)];
  expect(found.map(({ path, payload }) => [path, keyIdOf(payload)])).toEqual([
    ['.workflowExecutionStartedEventAttributes.input.payloads', 'k1'],
    ['.workflowExecutionStartedEventAttributes.searchAttributes.indexedFields.Provider', undefined],
  ]);
  const [event] = (await decryptHistory(history, codec)).events!;
  const [readable] = event!.workflowExecutionStartedEventAttributes!.input!.payloads!;
  expect(defaultPayloadConverter.fromPayload(readable!)).toEqual({ by: 'kim' });
  expect(historyToJSON(history)).toBe(exported);
});

describe('the verdict on encryption', () => {
  const broken = (evidence: EncryptionEvidence): string[] => {
    const verdicts = new Verdicts(() => {});
    judgeEncryption(evidence, verdicts);
    return verdicts.all.filter(({ isGood }) => !isGood).map(({ says }) => says);
  };
  const place = { name: 'a place', bytes: 10, blobs: 1, unpacked: 0, note: 'Proto3', found: [], readable: 2 };
  const planted = (began: string) => ({ began, id: began, session: 's', reference: `ref-${began}` });
  const runOf = (orderId: string, ...keys: string[]) => ({ orderId, runId: orderId, keys: new Set(keys) });
  const exported = {
    encrypted: 5,
    readable: new Map([['.x.searchAttributes.indexedFields.Provider', 1]]),
    runs: [runOf('k1', 'k1', 'k3'), runOf('a', 'k1', 'k2'), runOf('b', 'k1', 'k2')],
    late: new Map([['k3', 3]]),
  };
  const good: EncryptionEvidence = {
    planted: [planted('k1')],
    swept: [{ name: 'chaos-se' }],
    exported,
    places: [place],
    hidden: 2,
    readable: 2,
    kept: { found: 1, of: 1 },
    controls: [{ ...place, found: ['a', 'b'] }],
    replayed: [{ name: 'a' }],
    withAll: [{ name: 'k1' }],
    withoutFirst: [{ name: 'k1', error: 'unknown_key' }],
    codec: { decrypted: 'ref-k1', strangers: 401 },
  };

  test('is good where all is well', () => {
    expect(broken(good)).toEqual([]);
  });

  test.each<[string, Partial<EncryptionEvidence>]>([
    ['an old order does not go on', { planted: [{ ...planted('k1'), problem: 'still pending' }] }],
    ['a sweep is stuck', { swept: [{ name: 'chaos-se', error: 'no end' }] }],
    ['its later payloads have the old key', { exported: { ...exported, runs: [runOf('k1', 'k1')] } }],
    ['an old key is taken after the rotation', { exported: { ...exported, late: new Map([['k2', 1]]) } }],
    ['nothing came after the rotation', { exported: { ...exported, late: new Map() } }],
    ['an old history does not replay', { replayed: [{ name: 'a', error: 'nondeterminism' }] }],
    ['a replay needs no key', { withoutFirst: [{ name: 'k1' }] }],
    ['a payload is readable', { exported: { ...exported, readable: new Map([['.x.input.payloads', 1]]) } }],
    ['a canary is found', { places: [{ ...place, found: ['a name: hex 1'] }] }],
    ['a place is empty', { places: [{ ...place, bytes: 0 }] }],
    ['what may be read is not found', { places: [{ ...place, readable: 1 }] }],
    ['a canary never came in', { kept: { found: 0, of: 1 } }],
    ['the search misses one in plain text', { controls: [{ ...place, found: ['a'] }] }],
    ['the codec decrypts for strangers', { codec: { decrypted: 'ref-k1', strangers: 200 } }],
  ])('is not where %s', (_, spoiled) => {
    expect(broken({ ...good, ...spoiled })).not.toEqual([]);
  });
});
