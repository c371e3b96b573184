import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { version } from '../../version.js';
import { openApi } from './openapi/document.js';

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

/** The HTTP API as OpenAPI: a page at /docs, the document at /docs-json and /docs-yaml. */
export const serveDocs = (app: NestFastifyApplication, isTest: boolean): void => {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (/^\/docs(\/|$)/.test(request.routeOptions.url ?? ''))
        void reply.header('content-security-policy', POLICY);
      done();
    });
  // Nest's type of a document is of OpenAPI 3.0.
  const document = () => openApi(app, infoOf(isTest)) as unknown as OpenAPIObject;
  SwaggerModule.setup('docs', app, document, {
    customSiteTitle: `${isTest ? '[Test] ' : ''}Herald: HTTP API`,
  });
};
