import { actionsBetween, actionsIn } from '../../../evidence/bench/testbed/actions.ts';
import { cpuSecondsOf, withCpu } from '../../../evidence/bench/testbed/cpu.ts';
import { driveClosed, driveOpen } from '../../../evidence/bench/load/drive.ts';
import { mixedHooks } from '../../../evidence/bench/load/hooks.ts';
import { stageBodies, stages } from '../../../evidence/bench/processes/provider-stages.ts';
import { briqpayHooks } from '../../../src/providers/briqpay/index.ts';
import { createSandbox } from '../../../sandbox/app.ts';

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until) continue;
}

describe('a closed loop', () => {
  test('does everything once, and no more at once than there are callers', async () => {
    const done: number[] = [];
    let [underWay, most] = [0, 0];
    const driven = await driveClosed({ count: 25, concurrency: 4 }, async (n) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      done.push(n);
      return n < 20 ? 202 : 503;
    });
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, n) => n));
    expect(most).toBe(4);
    expect(driven.outcomes).toEqual({ 202: 20, 503: 5 });
  });
});

describe('an open loop', () => {
  test('counts from the schedule: a stall shows in the calls that it held up', async () => {
    const { latencyMs, outcomes } = await driveOpen({ count: 200, perSecond: 1_000 }, async (n) => {
      if (n === 0) block(150);
      return 202;
    });
    expect(outcomes).toEqual({ 202: 200 });
    // The hundred calls that were due meanwhile took no time themselves.
    expect(latencyMs.max).toBeGreaterThan(140);
    expect(latencyMs.p50).toBeGreaterThan(20);
  });
});

describe('CPU', () => {
  test('is that of the process while it ran', async () => {
    const { value, cpu } = await withCpu({ own: process.pid }, async () => {
      const before = process.cpuUsage();
      block(300);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    });
    expect(Math.abs(cpu.own - value)).toBeLessThan(0.1);
    expect(cpuSecondsOf(process.pid)).toBeGreaterThanOrEqual(cpu.own);
  });
});

describe('billable actions', () => {
  const metrics = (signals: number) => `
# TYPE action counter
action{action_type="grpc_SignalWorkflowExecution",namespace="default",operation="SignalWorkflowExecution"} ${signals}
action{action_type="command_StartTimer",namespace="default",operation="RespondWorkflowTaskCompleted"} 2
action{action_type="command_StartTimer",namespace="default",operation="Other"} 1
action{action_type="grpc_StartWorkflowExecution",namespace="temporal_system",operation="StartWorkflowExecution"} 9
actions_total{action_type="nothing",namespace="default"} 7
`;

  test('are the server’s own counters of the namespace, whatever operation they came by', () => {
    expect(actionsIn(metrics(5), 'default')).toEqual({
      grpc_SignalWorkflowExecution: 5,
      command_StartTimer: 3,
    });
  });

  test('of a while are the difference', () => {
    expect(actionsBetween(actionsIn(metrics(5), 'default'), actionsIn(metrics(12), 'default'))).toEqual({
      grpc_SignalWorkflowExecution: 7,
    });
  });
});

describe('the provider of the bench', () => {
  test('answers at each stage as the sandbox does there', async () => {
    const bodies = await stageBodies(createSandbox());
    const seen = stages.map((stage) => {
      const { moduleStatus, data } = JSON.parse(bodies[stage]!) as {
        moduleStatus: { payment: { orderStatus: string } };
        data: { captures: object[]; refunds: object[] };
      };
      return [stage, moduleStatus.payment.orderStatus, data.captures.length, data.refunds.length];
    });
    expect(seen).toEqual([
      ['pending', 'order_pending', 0, 0],
      ['approved', 'order_approved_not_captured', 0, 0],
      ['captured', 'captured_full', 1, 0],
      ['refunded', 'captured_full', 1, 1],
      ['mixed', 'captured_full', 4, 3],
    ]);
  });

  test('has ten hooks for its longest stage, each with a claim of its own', () => {
    const claims = mixedHooks.map((hook) => {
      const parsed = briqpayHooks.parseHook({ fields: { ...hook, sessionId: 'session-1' } });
      return parsed.ok ? JSON.stringify(parsed.hint.claim) : parsed.detail;
    });
    expect(new Set(claims).size).toBe(10);
    expect(claims.filter((claim) => claim.includes('nothing'))).toEqual([]);
  });
});
