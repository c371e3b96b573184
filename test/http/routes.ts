import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { TestHerald } from './herald.js';

/** A route as its decorators have it; its path with `:parameters`. */
export interface Route {
  readonly method: string;
  readonly path: string;
  /** What a decorator said of the handler, or else of its controller. */
  metadata<T>(key: string): T | undefined;
}

/** Every route of every controller that Nest knows. */
export const routesOf = ({ herald }: TestHerald): readonly Route[] =>
  [...herald.app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const base = String(Reflect.getMetadata('path', metatype));
      return Object.values(Object.getOwnPropertyDescriptors(metatype.prototype)).flatMap(({ value }) => {
        if (typeof value !== 'function' || !Reflect.hasMetadata('method', value)) return [];
        return [
          {
            method: RequestMethod[Number(Reflect.getMetadata('method', value))] ?? '',
            path: joined(base, String(Reflect.getMetadata('path', value))),
            metadata: <T>(key: string): T | undefined =>
              Reflect.getMetadata(key, value) ?? Reflect.getMetadata(key, metatype),
          },
        ];
      });
    });

/** Those of the API: pages of the console are for browsers. */
export const apiRoutesOf = (herald: TestHerald): readonly Route[] =>
  routesOf(herald).filter((route) => !isOfConsole(route));

/** The GET routes of the console that answer with a page. */
export const pagesOf = (herald: TestHerald): readonly Route[] =>
  routesOf(herald).filter(
    (route) => isOfConsole(route) && route.method === 'GET' && route.metadata('herald:view') !== undefined,
  );

const isOfConsole = (route: Route): boolean => route.metadata<boolean>('herald:page') === true;

const joined = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;

/** The path of a route with values for its parameters. */
export const pathOf = ({ path }: Route, value = 'some'): string => path.replace(/:\w+/g, value);
