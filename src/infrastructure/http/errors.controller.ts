import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';

/** docs/errors.md, which `npm run build` makes a page of. */
const PAGE = new URL('./errors.compiled.html', import.meta.url);

/** Where the `type` of a problem leads. */
@ApiTags('Operations')
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
