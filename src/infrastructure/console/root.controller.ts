import { Controller, Get, Redirect } from '@nestjs/common';
import { OfConsole, Public } from '../http/access/route-access.js';

/** Whoever opens the address of an instance finds the console. */
@Public('it says where the console is, and nothing else')
@Controller()
export class RootController {
  @Get()
  @OfConsole()
  @Redirect('/console', 302)
  toConsole(): void {
    // The decorator does it.
  }
}
