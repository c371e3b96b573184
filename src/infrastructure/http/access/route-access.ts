import { SetMetadata } from '@nestjs/common';
import type { Permission } from '../../../domain/access/permission.js';

/** Who may call a route. */
export type RouteAccess =
  | { readonly permission: Permission }
  /** No credential is asked for. */
  | { readonly publicTo: 'anyone' | 'recipients'; readonly because: string };

export const ROUTE_ACCESS = 'herald:route-access';

/** The route, or every route of the controller, needs this permission. */
export const Requires = (permission: Permission) =>
  SetMetadata<string, RouteAccess>(ROUTE_ACCESS, { permission });

/** No credential is asked for. @param because why that is safe. */
export const Public = (because: string) =>
  SetMetadata<string, RouteAccess>(ROUTE_ACCESS, { publicTo: 'anyone', because });

/** Recipients open it from their mail: it is served where recipients reach it, and authorised by the token of its link. */
export const ForRecipients = () =>
  SetMetadata<string, RouteAccess>(ROUTE_ACCESS, {
    publicTo: 'recipients',
    because: 'the token of the link is signed, and permits one act of one person',
  });
