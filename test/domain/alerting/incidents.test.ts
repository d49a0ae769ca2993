import fc from 'fast-check';
import { beginFault, endFault, gapsOf, applySurvey } from '../../../src/domain/alerting/incidents.ts';
import { nextAlertAt, withDueAlerts } from '../../../src/domain/alerting/due-alerts.ts';
import {
  emptyDesk,
  type Alert,
  type Desk,
  type DeskStep,
  type Fault,
} from '../../../src/domain/alerting/incident.ts';

const second = 1_000;
const minute = 60 * second;
const start = Date.parse('2026-11-25T08:00:00Z');

interface Stuck {
  readonly openedAt: number;
  readonly level: number;
}

/** A desk and the open escalations of its account, which a survey counts. */
class World {
  desk: Desk = emptyDesk('acme-se');
  now = start;
  readonly alerts: Alert[] = [];
  #stuck: Stuck[] = [];

  get open(): number {
    return this.#stuck.length;
  }

  stick(count = 1, level = 1): this {
    for (let index = 0; index < count; index += 1) this.#stuck.push({ openedAt: this.now, level });
    return this;
  }

  raise(level: number): this {
    this.#stuck = this.#stuck.map((stuck) => ({ ...stuck, level }));
    return this;
  }

  solve(count = this.#stuck.length): this {
    this.#stuck.splice(0, count);
    return this;
  }

  look(): this {
    const { incidents } = this.desk;
    const countsIn = ({ from, to = Infinity }: { from: number; to?: number }) => {
      const inside = this.#stuck.filter(({ openedAt }) => openedAt >= from && openedAt < to);
      return { count: inside.length, level: Math.max(1, ...inside.map(({ level }) => level)) };
    };
    const survey = {
      incidents: incidents.map(({ id, window }) => ({ id, ...countsIn(window) })),
      gaps: gapsOf(incidents).map((gap) => ({ ...gap, ...countsIn(gap) })),
    };
    return this.take(applySurvey(this.desk, survey, this.now));
  }

  fail(fault: Fault = { code: 'provider_unreachable', since: this.now }): this {
    return this.take(beginFault(this.desk, fault, this.now));
  }

  recover(): this {
    return this.take(endFault(this.desk, this.now));
  }

  /** Time passes; what is due by the clock is told when it is due. */
  pass(ms: number): this {
    const end = this.now + ms;
    for (let at = nextAlertAt(this.desk); at !== undefined && at <= end; at = nextAlertAt(this.desk)) {
      this.now = Math.max(this.now, at);
      this.take(withDueAlerts(this.desk, this.now));
    }
    this.now = end;
    return this;
  }

  take({ desk, alerts }: DeskStep): this {
    this.desk = desk;
    this.alerts.push(...alerts);
    return this;
  }

  get told(): string[] {
    return this.alerts.map(({ kind, incident, joined }) => `${kind} ${incident.count} (${joined})`);
  }
}

describe('orders that get stuck', () => {
  test('one is one alert, at once, and one when it is over', () => {
    const world = new World().stick().look();
    expect(world.told).toEqual(['opened 1 (1)']);
    world
      .pass(10 * minute)
      .look()
      .solve()
      .look();
    expect(world.told).toEqual(['opened 1 (1)', 'closed 0 (0)']);
    expect(world.desk.incidents).toEqual([]);
  });

  test('another one later is another incident, told at once', () => {
    const world = new World().stick().look().pass(minute).stick().look();
    expect(world.told).toEqual(['opened 1 (1)', 'opened 1 (1)']);
    expect(new Set(world.alerts.map(({ incident }) => incident.id)).size).toBe(2);
  });

  test('five thousand within minutes are one incident: opened, grown, closed', () => {
    const world = new World();
    for (let batch = 0; batch < 100; batch += 1)
      world
        .stick(50)
        .look()
        .pass(2 * second);
    world.look().pass(5 * minute);
    expect(world.told).toEqual(['opened 50 (50)', 'grown 5000 (4950)']);
    for (let batch = 0; batch < 100; batch += 1)
      world
        .solve(50)
        .look()
        .pass(2 * second);
    expect(world.told).toEqual(['opened 50 (50)', 'grown 5000 (4950)', 'closed 0 (0)']);
    expect(world.alerts.at(-1)?.incident.peak).toBe(5_000);
  });

  test('one a minute for two hours is a handful of alerts, and none is forgotten', () => {
    const world = new World();
    for (let one = 0; one < 120; one += 1) world.stick().look().pass(minute).look();
    world.pass(60 * minute);
    expect(world.alerts.length).toBeLessThan(12);
    expect(world.alerts.reduce((sum, { joined }) => sum + joined, 0)).toBe(120);
  });

  test('a burst that does not end is told of every half hour', () => {
    const world = new World();
    for (let one = 0; one < 260; one += 1)
      world
        .stick()
        .look()
        .pass(20 * second);
    expect(world.told.length).toBe(3);
  });

  test('a higher level is told once, with the incident', () => {
    const world = new World()
      .stick(3)
      .look()
      .pass(2 * minute)
      .raise(2)
      .look()
      .look();
    expect(world.told).toEqual(['opened 3 (3)', 'raised 3 (0)']);
    expect(world.alerts[1]?.incident.level).toBe(2);
  });

  test('one that shows late in the window of a closed incident is told', () => {
    const world = new World().stick().look().pass(minute).stick().look();
    const [first] = world.desk.incidents;
    world.solve(1).look();
    expect(world.desk.incidents.map(({ id }) => id)).not.toContain(first?.id);
    world.now = first!.window.to - 1;
    world.stick();
    world.now = start + 2 * minute;
    world.look();
    expect(world.told.at(-1)).toBe('opened 1 (1)');
  });

  test('one that joins while another is solved is no less told', () => {
    const world = new World()
      .stick()
      .look()
      .pass(5 * second);
    world.solve(1).stick().look().pass(minute);
    expect(world.alerts.reduce((sum, { joined }) => sum + joined, 0)).toBe(2);
  });
});

describe('an account that cannot be read', () => {
  test('is one incident from the first moment on; what gets stuck meanwhile is not told apart', () => {
    const world = new World().fail();
    expect(world.told).toEqual(['opened 0 (0)']);
    for (let batch = 0; batch < 20; batch += 1) world.pass(minute).stick(50).look();
    expect(world.desk.incidents).toHaveLength(1);
    expect(world.alerts.every(({ kind }) => kind === 'opened')).toBe(true);
    world.pass(20 * minute);
    expect(world.told.at(-1)).toBe('grown 1000 (1000)');
    world
      .recover()
      .pass(10 * second)
      .solve()
      .look();
    expect(world.told).toEqual(['opened 0 (0)', 'grown 1000 (1000)', 'closed 0 (0)']);
  });

  test('ends when it answers again and nothing is stuck', () => {
    const world = new World().fail().pass(minute).look().recover();
    expect(world.told).toEqual(['opened 0 (0)', 'closed 0 (0)']);
  });

  test('does not end while it goes on, also with nothing stuck', () => {
    const world = new World().fail().pass(minute).look().stick().look().solve().look();
    expect(world.desk.incidents).toHaveLength(1);
  });

  test('what is still stuck a minute after it answers is told', () => {
    const world = new World()
      .fail()
      .stick(7)
      .look()
      .pass(2 * minute)
      .recover()
      .solve(4)
      .look()
      .pass(minute);
    expect(world.told.at(-1)).toBe('recovered 3 (7)');
  });

  test('however many got stuck by it, it is told at most three times', () => {
    const world = new World().fail();
    for (let batch = 0; batch < 50; batch += 1)
      world
        .pass(5 * second)
        .stick(100)
        .look();
    world.pass(2 * minute).recover();
    for (let batch = 0; batch < 50; batch += 1)
      world
        .pass(5 * second)
        .solve(100)
        .look();
    expect(world.alerts.map(({ kind }) => kind)).toEqual(['opened', 'recovered', 'closed']);
    expect(world.alerts.reduce((sum, { joined }) => sum + joined, 0)).toBe(5_000);
  });

  test('a second report of the same fault changes nothing', () => {
    const world = new World().fail();
    const { desk } = world;
    expect(world.fail().desk).toBe(desk);
  });

  test('a fault of later is an incident of its own', () => {
    const world = new World()
      .fail()
      .stick()
      .look()
      .recover()
      .pass(5 * minute)
      .fail();
    expect(world.desk.incidents.map(({ count }) => count)).toEqual([1, 0]);
  });
});

const anyAct = fc.oneof(
  fc.record({ act: fc.constant('stick' as const), count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ act: fc.constant('solve' as const), count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ act: fc.constant('pass' as const), count: fc.integer({ min: 1, max: 1_200 }) }),
  fc.record({ act: fc.constantFrom('fail' as const, 'recover' as const), count: fc.constant(1) }),
);

function play(
  acts: readonly { act: 'stick' | 'solve' | 'pass' | 'fail' | 'recover'; count: number }[],
): World {
  const world = new World();
  for (const { act, count } of acts) {
    if (act === 'pass') world.pass(count * second);
    else if (act === 'fail') world.fail();
    else if (act === 'recover') world.recover();
    else world[act](count);
    world.look();
    // Nothing is told twice at one moment.
    world.now += 1;
  }
  return world;
}

describe('whatever happens', () => {
  test('each order that gets stuck is told of once, in time', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 40 }), (acts) => {
        const world = play(acts).pass(60 * minute);
        const stuck = acts.filter(({ act }) => act === 'stick').reduce((sum, { count }) => sum + count, 0);
        const joined = world.alerts.reduce((sum, { joined: more }) => sum + more, 0);
        // What a closed incident had not told yet went away by itself.
        const silent = world.alerts.filter(({ kind }) => kind === 'closed');
        expect(joined).toBe(stuck);
        expect(silent.every(({ incident }) => incident.count === 0)).toBe(true);
      }),
    );
  });

  test('what opens closes once, and nothing is told of it after that', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 40 }), (acts) => {
        const world = play(acts).recover().solve().look();
        expect(world.desk.incidents).toEqual([]);
        const kinds = new Map<string, string[]>();
        for (const { incident, kind } of world.alerts)
          kinds.set(incident.id, [...(kinds.get(incident.id) ?? []), kind]);
        for (const told of kinds.values()) {
          expect(told.filter((kind) => kind === 'closed')).toHaveLength(1);
          expect(told.at(-1)).toBe('closed');
          expect(told.slice(1)).not.toContain('opened');
        }
      }),
    );
  });

  test('windows do not overlap, and every stuck order is in one', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 40 }), (acts) => {
        const world = play(acts);
        const { incidents } = world.desk;
        incidents.forEach(({ window }, index) => {
          const next = incidents[index + 1];
          if (next) expect(window.to).toBeLessThanOrEqual(next.window.from);
        });
        expect(incidents.reduce((sum, { count }) => sum + count, 0)).toBe(world.open);
        expect(new Set(world.alerts.map(({ id }) => id)).size).toBe(world.alerts.length);
      }),
    );
  });

  test('a quiet desk is left alone', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 40 }), (acts) => {
        const world = play(acts)
          .recover()
          .pass(3 * 60 * minute);
        expect(nextAlertAt(world.desk)).toBeUndefined();
      }),
    );
  });

  test('it is told in a dozen alerts an hour at most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 120 }), (pauses) => {
        const world = new World();
        for (const seconds of pauses)
          world
            .stick()
            .look()
            .pass(seconds * second);
        const last = world.now;
        const lately = world.alerts.filter(({ at }) => at > last - 60 * minute);
        expect(lately.length).toBeLessThanOrEqual(12);
      }),
    );
  });
});
