import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';
import { Public } from './access/route-access.js';
import { htmlPage, Operation, Tagged } from './openapi/operation.js';

/** docs/errors.md, rendered as a page by `npm run build`. */
const PAGE = new URL('./errors.compiled.html', import.meta.url);

/** The page that the `type` of a problem links to. */
@Tagged('Operations')
@Public('the page is the same in every installation')
@Controller('errors')
export class ErrorsController {
  readonly #page = readFileSync(PAGE, 'utf8');

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Operation({
    id: 'getErrorsPage',
    summary: 'What each error code means, and what to do next',
    answers: { 200: htmlPage('Each code is an anchor of the page.') },
  })
  page(): string {
    return this.#page;
  }
}
