import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { apiKey, hookToken } from './routes.ts';
import type { Settings } from './settings.ts';

const hookSchema = z.object({
  event: z.string(),
  status: z.string(),
  sessionId: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  captureId: z.string().optional(),
  refundId: z.string().optional(),
});

const registrationSchema = z.object({
  sessionId: z.string(),
  reference: z.string(),
  expected: z.object({ amount: z.int().positive(), currency: z.string().length(3) }),
});

export type IncomingHook = z.infer<typeof hookSchema>;
type Registration = z.infer<typeof registrationSchema>;

/** What a variant does behind the HTTP front that all of them share. */
export interface Orders {
  register(registration: Registration): Promise<void>;
  takeHook(hook: IncomingHook): Promise<void>;
  /** Undefined where there is no such order. */
  read(session: string): Promise<object | undefined>;
}

const params = z.object({ session: z.string() });

/** A plain API with Fastify and zod: registers orders, takes hooks, reads orders. It listens when this resolves. */
export async function listen(orders: Orders, { port, logLevel }: Settings): Promise<void> {
  const app = Fastify({ logger: { level: logLevel } }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.post(
    '/hooks/:token',
    { schema: { params: z.object({ token: z.string() }), body: hookSchema } },
    async (request, reply) => {
      if (request.params.token !== hookToken) return reply.status(404).send({ error: 'not found' });
      await orders.takeHook(request.body);
      return reply.status(202).send({ received: true });
    },
  );
  await app.register(async (backend) => {
    backend.addHook('onRequest', async (request, reply) => {
      if (request.headers.authorization !== `Bearer ${apiKey}`)
        return reply.status(401).send({ error: 'unauthorized' });
    });
    const typed = backend.withTypeProvider<ZodTypeProvider>();
    typed.post('/orders', { schema: { body: registrationSchema } }, async (request, reply) => {
      await orders.register(request.body);
      return reply.status(201).send({ sessionId: request.body.sessionId });
    });
    typed.get('/orders/:session', { schema: { params } }, async (request, reply) => {
      const order = await orders.read(request.params.session);
      return order ? reply.send(order) : reply.status(404).send({ error: 'not found' });
    });
  });
  await app.listen({ host: '127.0.0.1', port });
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
}
