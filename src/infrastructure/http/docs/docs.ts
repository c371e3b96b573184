import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { version } from '../../../version.js';
import { openApi } from '../openapi/document.js';
import { type DocsFile, docsFiles } from './files.js';
import { docsPage } from './page.js';

const DESCRIPTION = `Event-sourced e-mail notifications for partner-marketing platforms.

Errors are problem details (RFC 9457): \`code\` is stable, and \`type\` leads to its entry at [/errors](/errors). A method that a path does
not have is answered with 405 and \`Allow\`.

Query parameters that an operation does not list, and repeated ones, are refused with 400, as are unknown fields of JSON bodies. Answers may
get more fields; ignore those that you do not know.

Lists answer \`{ items, next }\`. Pass \`next\` as \`after\` to get the next page; it is null on the last one. A cursor is opaque, and
belongs to the query that it came from.`;

/** What the document says of itself. */
export const infoOf = (isTest: boolean) => ({
  title: 'Herald',
  version,
  description: isTest ? `**This is a test: Herald runs on a test clock.** ${DESCRIPTION}` : DESCRIPTION,
  license: { name: 'MIT', identifier: 'MIT' },
});

/** Swagger UI runs its own scripts only, talks to this instance only, and styles its elements inline. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:"],
  ...["connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"],
].join(';');

/**
 * The HTTP API as OpenAPI: a page at /docs, the document at /docs-json and /docs-yaml. What they need is made with the first request,
 * so that it costs no start any time.
 */
export const serveDocs = (app: NestFastifyApplication, isTest: boolean): void => {
  const fastify = app.getHttpAdapter().getInstance();
  const title = `${isTest ? '[Test] ' : ''}Herald: HTTP API`;
  const json = once(() => JSON.stringify(openApi(app, infoOf(isTest))));
  // A YAML of what the JSON holds, and so without what JSON leaves out.
  const yaml = once(async () => (await import('js-yaml')).dump(JSON.parse(json()), { noRefs: true }));

  const page = (files: string) => (_: unknown, reply: FastifyReply) =>
    reply
      .header('content-security-policy', POLICY)
      .type('text/html; charset=utf-8')
      .send(docsPage(title, files));
  const file =
    ({ type, content }: DocsFile) =>
    (_: unknown, reply: FastifyReply) =>
      reply.header('content-security-policy', POLICY).type(type).send(content());

  fastify.get('/docs', page('docs'));
  fastify.get('/docs/', page('.'));
  for (const one of docsFiles()) fastify.get(`/docs/${one.name}`, file(one));
  fastify.get('/docs-json', (_, reply) => reply.type('application/json').send(json()));
  fastify.get('/docs-yaml', async (_, reply) => reply.type('text/yaml').send(await yaml()));
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
