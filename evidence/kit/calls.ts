import { endingText, startProcess, tailOf, type Process, type ProcessOptions } from '../../tools/process.ts';

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** What a process answers, by name. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** Makes this process answer the calls of its parent, several at once where the parent calls so. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', ({ id, name, argument }: Call) => {
    void answer(handlers, name, argument).then((reply) => process.send?.({ id, ...reply }));
  });
}

async function answer(handlers: Handlers, name: string, argument: unknown): Promise<Omit<Reply, 'id'>> {
  try {
    const handler = handlers[name];
    if (!handler) throw new Error(`no handler is called ${name}`);
    return { value: await handler(argument as never) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** A process that answers by `answerCalls`. */
export interface Callee extends Process {
  /** Rejects with the error of the handler, or when the process ends before it answers. */
  call<T = void>(name: string, argument?: unknown): Promise<T>;
}

export function startCallee(options: Omit<ProcessOptions, 'hasChannel'>): Callee {
  const process = startProcess({ ...options, hasChannel: true });
  const { name } = process;
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let count = 0;
  process.onMessage((message) => {
    const { id, value, error } = message as Reply;
    const call = calls.get(id);
    calls.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(`${name}: ${error}`));
  });
  void process.ended.then((ending) => {
    const output = tailOf(process.output());
    const error = new Error(`${name} has ended (${endingText(ending)}). Its last output:\n${output}`);
    for (const call of calls.values()) call.reject(error);
  });
  return {
    ...process,
    call: <T>(handler: string, argument?: unknown) =>
      new Promise<T>((resolve, reject) => {
        const id = ++count;
        calls.set(id, { resolve: (value) => resolve(value as T), reject });
        process.send({ id, name: handler, argument } satisfies Call).catch(reject);
      }),
  };
}
