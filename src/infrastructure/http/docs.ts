import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { version } from '../../version.js';

/** The HTTP API as OpenAPI: a page at /docs, the document at /docs-json. */
export const serveDocs = (app: INestApplication): void => {
  const description =
    'Event-sourced e-mail notifications for partner-marketing platforms. Errors are problem details (RFC 9457).';
  const document = new DocumentBuilder()
    .setTitle('Herald')
    .setVersion(version)
    .setDescription(description)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), {
    customSiteTitle: 'Herald: HTTP API',
  });
};
