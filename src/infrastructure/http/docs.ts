import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { version } from '../../version.js';

/** The HTTP API as OpenAPI: a page at /docs, the document at /docs-json. */
export const serveDocs = (app: INestApplication, isTest: boolean): void => {
  const what =
    'Event-sourced e-mail notifications for partner-marketing platforms. Errors are problem details (RFC 9457): `code` is stable, and `type` leads to its entry at [/errors](/errors).';
  const description = isTest ? `**This is a test: Herald runs on a test clock.** ${what}` : what;
  const document = new DocumentBuilder()
    .setTitle('Herald')
    .setVersion(version)
    .setDescription(description)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), {
    customSiteTitle: `${isTest ? '[Test] ' : ''}Herald: HTTP API`,
  });
};
