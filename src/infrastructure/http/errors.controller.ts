import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Public } from './access/route-access.js';

/** docs/errors.md, rendered as a page by `npm run build`. */
const PAGE = new URL('./errors.compiled.html', import.meta.url);

/** The page that the `type` of a problem links to. */
@ApiTags('Operations')
@Public('the page is the same in every installation')
@Controller('errors')
export class ErrorsController {
  readonly #page = readFileSync(PAGE, 'utf8');

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ summary: 'What each error code means, and what to do next' })
  @ApiProduces('text/html')
  @ApiOkResponse({ description: 'Each code is an anchor of the page.', schema: { type: 'string' } })
  page(): string {
    return this.#page;
  }
}
