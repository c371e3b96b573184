import {
  applyDecorators,
  Controller,
  Get,
  HttpCode,
  Post,
  SetMetadata,
  Sse,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import type { Permission } from '../../../domain/access/permission.js';
import { type Logging, OfConsole, Requires } from '../../http/access/route-access.js';
import { Watched } from '../../http/limits/watchers.js';
import { OwnPagesOnly } from './own-pages-only.js';
import { PageFilter } from './page-filter.js';
import { PageInterceptor } from './page-interceptor.js';
import { VIEW } from './page-model.js';

/** A controller of console pages. @param path below `/console`. */
export const ConsoleController = (path = ''): ClassDecorator =>
  applyDecorators(Controller(`console/${path}`), UseInterceptors(PageInterceptor), UseFilters(PageFilter));

/**
 * A page: its handler returns the model of a view.
 * @param view the name of a file in `views`.
 * @param logging what the access log has to know beside the permission.
 */
export const Page = (
  path: string,
  view: string,
  permission: Permission,
  logging: Logging = {},
): MethodDecorator =>
  applyDecorators(Get(path), SetMetadata(VIEW, view), Requires(permission, logging), OfConsole());

/** What a form of a page posts to: its handler returns where to go next. */
export const FormAction = (path: string, permission: Permission, logging: Logging = {}): MethodDecorator =>
  applyDecorators(Post(path), HttpCode(303), Requires(permission, logging), OfConsole(), OwnPagesOnly());

/**
 * What a form posts to that is answered with a page of its own, for what must be in no address: its handler returns the model.
 * @param view the name of a file in `views`.
 */
export const FormPage = (path: string, view: string, permission: Permission): MethodDecorator =>
  applyDecorators(
    Post(path),
    HttpCode(200),
    SetMetadata(VIEW, view),
    Requires(permission),
    OfConsole(),
    OwnPagesOnly(),
  );

/** What a page frames or links to: its handler answers with something else than a page. */
export const Resource = (path: string, permission: Permission): MethodDecorator =>
  applyDecorators(Get(path), Requires(permission), OfConsole());

/** A stream of server-sent events that a page listens to. Its clients count as watchers, together with those of the API. */
export const Watch = (path: string, permission: Permission): MethodDecorator =>
  applyDecorators(Sse(path), Requires(permission), OfConsole(), Watched());
