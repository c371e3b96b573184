import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { isPage, ROUTE_ACCESS, type RouteAccess } from '../../src/infrastructure/http/access/route-access.js';
import type { TestHerald } from '../http/herald.js';

const joined = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;

/** The paths of all GET routes that need this permission, as Nest knows them. */
export const readsThatNeed = (herald: TestHerald, permission: string): readonly string[] =>
  [...herald.herald.app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const base = String(Reflect.getMetadata('path', metatype));
      return Object.values(Object.getOwnPropertyDescriptors(metatype.prototype)).flatMap(({ value }) => {
        if (typeof value !== 'function' || Reflect.getMetadata('method', value) !== RequestMethod.GET)
          return [];
        // Pages show what the API answers: specs of their own say that they keep to scopes.
        if (isPage(value)) return [];
        const access = (Reflect.getMetadata(ROUTE_ACCESS, value) ??
          Reflect.getMetadata(ROUTE_ACCESS, metatype)) as RouteAccess | undefined;
        if (!access || !('permission' in access) || access.permission !== permission) return [];
        return [joined(base, String(Reflect.getMetadata('path', value)))];
      });
    });
