import type { FastifyReply } from 'fastify';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** Answers with a whole page. */
export function sendPage(reply: FastifyReply, page: VNode, status = 200): FastifyReply {
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>${renderToString(page)}`);
}

/** Answers a page that looks for news of itself with the part that changed. */
export function sendPart(reply: FastifyReply, part: VNode): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(renderToString(part));
}
