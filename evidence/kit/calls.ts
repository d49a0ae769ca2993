/** What a process of the bench is asked. */
interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

/** What it answers. */
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** Makes this process answer what its parent calls, several calls at once where it calls so. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', ({ id, name, argument }: Call) => {
    void answer(handlers, name, argument).then((reply) => process.send?.({ id, ...reply }));
  });
}

async function answer(handlers: Handlers, name: string, argument: unknown): Promise<Omit<Reply, 'id'>> {
  try {
    const handler = handlers[name];
    if (!handler) throw new Error(`nothing is called ${name} here`);
    return { value: await handler(argument as never) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
