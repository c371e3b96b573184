import { applyDecorators, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Permission } from '../../../domain/access/permission.js';

/** What the access log has to know of a route beside its permission. */
export interface Logging {
  /** Its answer contains personal data although those of its permission do not, or the other way round. */
  readonly reads?: 'personal-data' | 'nothing-personal';
  /** It changes nothing but a test: it is recorded only if there is a principal to name. */
  readonly changes?: 'test';
}

/** Who may call a route. */
export type RouteAccess =
  | ({ readonly permission: Permission } & Logging)
  /** No credential is asked for. */
  | { readonly publicTo: 'anyone' | 'recipients' | 'providers'; readonly because: string };

export const ROUTE_ACCESS = 'herald:route-access';

/** Who may call the route of a request: what its handler says, or else its controller; undefined if neither does. */
export const routeAccessOf = (reflector: Reflector, context: ExecutionContext): RouteAccess | undefined =>
  reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [
    context.getHandler(),
    context.getClass(),
  ]);

/** The route, or every route of the controller, needs this permission. The permission says what the access log keeps. */
export const Requires = (permission: Permission, logging: Logging = {}) =>
  SetMetadata<string, RouteAccess>(ROUTE_ACCESS, { permission, ...logging });

/** No credential is asked for. @param because why that is safe. */
export const Public = (because: string) =>
  SetMetadata<string, RouteAccess>(ROUTE_ACCESS, { publicTo: 'anyone', because });

/**
 * Recipients open the route from their mail: the token of its link authorises it. It is served by the public listener alone, and by
 * the API while there is none.
 */
export const ForRecipients = (): MethodDecorator =>
  applyDecorators(
    SetMetadata<string, RouteAccess>(ROUTE_ACCESS, {
      publicTo: 'recipients',
      because: 'the token of the link is signed, and permits one act of one person',
    }),
    ServedAt('public'),
  );

/** Mail providers report to the route: both listeners serve it. */
export const ForProviders = (): MethodDecorator =>
  applyDecorators(
    SetMetadata<string, RouteAccess>(ROUTE_ACCESS, {
      publicTo: 'providers',
      because: 'every report proves itself by its signature or password',
    }),
    ServedAt('both'),
  );

/** Which listeners serve the route; without it, the API alone. Nest hands it to Fastify for methods, not for classes. */
export const ServedAt = (servedAt: 'public' | 'both'): MethodDecorator => RouteConfig({ servedAt });

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route is of the console: it takes a session, and answers with pages. */
    readonly isPage?: true;
  }
}

const PAGE = 'herald:page';

/** The route is of the console. */
export const OfConsole = (): MethodDecorator =>
  applyDecorators(SetMetadata(PAGE, true), RouteConfig({ isPage: true, checksContentType: true }));

/** Whether a handler is one of the console. */
export const isPage = (handler: object): boolean => Reflect.getMetadata(PAGE, handler) === true;
