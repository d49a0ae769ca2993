import type { ComposeService } from './compose.ts';

/** Where a service listens without Docker: its port in the container, and the one of the loopback that stands for it. */
export type Ports = Readonly<Record<string, Readonly<Record<number, number>>>>;

export interface NativeOptions {
  readonly service: ComposeService;
  /** The ports of every service by its name. */
  readonly ports: Ports;
  /** Those that this process listens on itself, by the port in the container. */
  readonly own: Readonly<Record<number, number>>;
  /** Makes the path of a mounted file absolute. */
  readonly resolve: (path: string) => string;
}

/** How a service of the compose file runs as a process of this machine. */
export interface Native {
  readonly environment: Readonly<Record<string, string>>;
  /** Entrypoint and command together. */
  readonly args: readonly string[];
  readonly health: readonly string[] | undefined;
}

const loopback = '127.0.0.1';

/**
 * The same service without containers: names of services become the loopback, their ports those that stand for them, mounted
 * files their paths here, and what would listen everywhere listens on the loopback.
 */
export function nativeOf({ service, ports, own, resolve }: NativeOptions): Native {
  const place = (text: string) => replaceOwn(replaceHosts(replaceMounts(text)));

  function replaceMounts(text: string): string {
    const mount = service.volumes.find(({ target }) => target === text);
    return mount ? resolve(mount.source) : text;
  }

  function replaceHosts(text: string): string {
    return Object.entries(ports).reduce((sofar, [name, known]) => {
      const withPort = new RegExp(String.raw`(?<![\w.-])${name}:(\d+)(?!\d)`, 'g');
      return sofar.replace(withPort, (_, port: string) => {
        const there = known[Number(port)];
        if (there === undefined) throw new Error(`${name} has no port ${port} here`);
        return `${loopback}:${there}`;
      });
    }, text);
  }

  /** Its own ports: those that it listens on, and those in its health check. */
  function replaceOwn(text: string): string {
    const placed = Object.entries(own).reduce(
      (sofar, [port, here]) =>
        sofar === port
          ? `${here}`
          : sofar.replace(new RegExp(String.raw`(127\.0\.0\.1|localhost):${port}(?!\d)`, 'g'), `$1:${here}`),
      text,
    );
    return placed === '0.0.0.0' ? loopback : placed;
  }

  const environment = Object.fromEntries(
    Object.entries(service.environment).map(([name, value]) => [name, place(value)]),
  );
  const apart = hostAndPort.flatMap(([hostName, portName]) => {
    const host = service.environment[hostName];
    if (host === undefined) return [];
    const there = ports[host]?.[Number(service.environment[portName])];
    if (there === undefined)
      throw new Error(`${hostName} and ${portName} name no service that is known here`);
    return [
      [hostName, loopback],
      [portName, `${there}`],
    ];
  });
  return {
    environment: { ...environment, ...Object.fromEntries(apart) },
    args: [...(service.entrypoint ?? []), ...(service.command ?? [])].map(place),
    health: service.healthcheck?.test.map(place),
  };
}

// A bare name is no host elsewhere: the user and the database are called as the server is.
const hostAndPort = [
  ['POSTGRES_SEEDS', 'DB_PORT'],
  ['SQL_HOST', 'SQL_PORT'],
] as const;
