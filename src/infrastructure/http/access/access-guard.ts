import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from '../../../application/access/authenticator.js';
import { concernsAll, type Permission, roleHas } from '../../../domain/access/permission.js';
import { isPermitted, type Principal } from '../../../domain/access/principal.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { LimitedAuthenticator } from './limited-authenticator.js';
import { routeAccessOf } from './route-access.js';
import { sessionIn } from './session-cookie.js';
import { Sessions } from './sessions.js';

/** The one place that decides who may call a route. A route that does not say who may call it is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly limited: LimitedAuthenticator,
    private readonly sessions: Sessions,
  ) {}

  /** @throws HeraldError `permission-missing`, `too-many-requests`, and what `Authenticator.authenticate` throws. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = routeAccessOf(this.reflector, context);
    if (!access) return false;
    if ('publicTo' in access) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.#authenticated(request);
    request.principal = principal;
    if (!isPermitted(principal, access.permission)) throw notPermitted(principal, access.permission);
    return true;
  }

  async #authenticated(request: FastifyRequest): Promise<Principal> {
    const authorization = request.headers.authorization || (await this.#ofSession(request));
    request.authorization = authorization;
    if (!authorization) return this.authenticator.authenticate(undefined);
    return this.limited.authenticate(request.ip, authorization);
  }

  /** Only pages take a session: nothing that a browser sends by itself opens the API. */
  async #ofSession({ routeOptions, headers }: FastifyRequest): Promise<string | undefined> {
    const session = routeOptions.config.isPage ? sessionIn(headers.cookie) : undefined;
    const credential = session && (await this.sessions.credentialOf(session));
    return credential && `Bearer ${credential}`;
  }
}

const notPermitted = ({ name, role, scope }: Principal, permission: Permission): HeraldError => {
  const isBound = scope !== 'all' && concernsAll(permission);
  const reasons = [
    ...(roleHas(role, permission) ? [] : [`your role is ${role}`]),
    ...(isBound ? ['it concerns all solutions, and you are bound to some'] : []),
  ];
  return new HeraldError(
    'permission-missing',
    `“${name}” has no permission ${permission}: ${reasons.join(', and ')}. Ask an admin for another key, or use one that has it.`,
  );
};
