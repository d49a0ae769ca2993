import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSandbox } from '../../../sandbox/app.ts';
import { answerCalls } from '../../kit/calls.ts';
import { credentials, placeholder, stageBodies, type Stage } from './provider-stages.ts';

// The provider of the bench: Briqpay's one read, with bodies that the sandbox has made beforehand, and nothing that takes
// time. The sandbox itself answers a read in several times the CPU of this, which would count against no variant in particular.
const bodies = await stageBodies(createSandbox());
const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.secret}`).toString('base64')}`;
const stages = new Map<string, Stage>();
const reads = new Map<string, number>();
// The status that every read is answered with while the provider is down.
let outage: number | undefined;
// Reads of these sessions are taken and not answered until the next `hang`.
let hanging = new Set<string>();
const held: (() => void)[] = [];
// How often some sessions had been read at a moment.
let marked = new Map<string, number>();

const server = createServer((request, response) => {
  const [, kind, id = '', stage] =
    /^\/(v3\/session|stage)\/([\w-]+)(?:\/(\w+))?/.exec(request.url ?? '') ?? [];
  if (kind === 'stage') {
    stages.set(id, stage as Stage);
    response.writeHead(204).end();
    return;
  }
  reads.set(id, (reads.get(id) ?? 0) + 1);
  const answer = () => answerRead(request, response, id);
  if (hanging.has(id)) held.push(answer);
  else answer();
});

function answerRead(request: IncomingMessage, response: ServerResponse, id: string): void {
  if (outage !== undefined) return void response.writeHead(outage).end();
  if (request.headers.authorization !== authorization) return void response.writeHead(401).end();
  const body = bodies[stages.get(id) ?? 'none'];
  if (!body) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'application/json' }).end(body.replaceAll(placeholder, id));
}

// Longer than any pause between two reads, so that no read meets a connection that is being closed.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.once('SIGTERM', () => process.exit(0));

answerCalls({
  url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  setStage({ sessions, stage }: { sessions: readonly string[]; stage: Stage }) {
    for (const session of sessions) stages.set(session, stage);
  },
  /** Answers every read with this status from now on; null ends that. */
  fail(status: number | null) {
    outage = status ?? undefined;
  },
  /** Takes reads of these sessions and answers none, from now on; those held before are answered now. */
  hang(sessions: readonly string[]) {
    hanging = new Set(sessions);
    for (const answer of held.splice(0)) answer();
  },
  /** How often each of these was read. */
  reads: (sessions: readonly string[]) => sessions.map((session) => reads.get(session) ?? 0),
  mark(sessions: readonly string[]) {
    marked = new Map(sessions.map((session) => [session, reads.get(session) ?? 0]));
  },
  /** How many of the marked sessions were read again since. */
  readSinceMark: () => [...marked].filter(([session, count]) => (reads.get(session) ?? 0) > count).length,
  totalReads: () => [...reads.values()].reduce((sum, count) => sum + count, 0),
});
