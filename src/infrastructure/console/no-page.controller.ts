import { Get } from '@nestjs/common';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { OfConsole, Requires } from '../http/access/route-access.js';
import { ConsoleController } from './kit/page.js';

/** Where the console has no page: a mistyped address, or one that a form has posted to and that is loaded again. */
@ConsoleController()
export class NoPageController {
  @Get('*')
  @Requires('history:read', { reads: 'nothing-personal' })
  @OfConsole()
  refuse(): never {
    throw new HeraldError(
      'not-found',
      'There is no page at this address. If you have loaded a page again after sending a form: nothing was sent again. Go to the page of the form, and look.',
    );
  }
}
