import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import * as z from 'zod';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { isPage, ROUTE_ACCESS, type RouteAccess } from '../access/route-access.js';
import { LIMIT_ERRORS, OPERATION, type Operation, TAG, type Tag } from './operation.js';

/** The schema of a part of a request, by the decorator of the handler's parameter. */
export interface RouteInput {
  readonly from: 'query' | 'path' | 'body';
  /** The name of a single parameter; undefined: the schema is of all of them. */
  readonly name: string | undefined;
  readonly schema: z.ZodType | undefined;
}

/** A route, by its decorators. */
export interface Route {
  /** In lower case. */
  readonly method: string;
  /** With parameters in braces: `/v1/notifications/{id}`. */
  readonly path: string;
  /** `NotificationsController.list`. */
  readonly handler: string;
  /** The status of its answer if the handler does not choose one. */
  readonly status: number;
  readonly inputs: readonly RouteInput[];
  readonly access: RouteAccess | undefined;
  readonly tag: Tag | undefined;
  readonly operation: Operation | undefined;
  /** What guards and interceptors of this route refuse with. */
  readonly limitErrors: readonly ErrorCode[];
  /** Whether it is of the console: for browsers, and not part of the API. */
  readonly isPage: boolean;
}

/** Every route of the API, which its description lists. */
export const apiRoutesOf = (app: INestApplicationContext): readonly Route[] =>
  routesOf(app).filter(({ isPage }) => !isPage);

/** Every route that Nest knows, in the order of the modules and their controllers. */
export const routesOf = (app: INestApplicationContext): readonly Route[] =>
  [...app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? routesOfController(metatype) : []));

const scanner = new MetadataScanner();

const routesOfController = (controller: NewableFunction): readonly Route[] =>
  scanner
    .getAllMethodNames(controller.prototype)
    .map((name) => ({ name, handler: controller.prototype[name] as object }))
    .filter(({ handler }) => Reflect.hasMetadata(METHOD_METADATA, handler))
    .map(({ name, handler }): Route => {
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
      const ofEither = <T>(key: string): T | undefined =>
        Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
      return {
        method: method.toLowerCase(),
        path: pathOf(
          Reflect.getMetadata(PATH_METADATA, controller),
          Reflect.getMetadata(PATH_METADATA, handler),
        ),
        handler: `${controller.name}.${name}`,
        status: Reflect.getMetadata(HTTP_CODE_METADATA, handler) ?? (method === 'POST' ? 201 : 200),
        inputs: inputsOf(controller, name),
        access: ofEither<RouteAccess>(ROUTE_ACCESS),
        tag: ofEither<Tag>(TAG),
        operation: Reflect.getMetadata(OPERATION, handler),
        limitErrors: [
          ...(Reflect.getMetadata(LIMIT_ERRORS, controller) ?? []),
          ...(Reflect.getMetadata(LIMIT_ERRORS, handler) ?? []),
        ],
        isPage: isPage(handler),
      };
    });

const pathOf = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`.replace(/:(\w+)/g, '{$1}');

interface Argument {
  readonly data?: unknown;
  readonly schema?: unknown;
}

const PLACES: Readonly<Record<string, RouteInput['from']>> = {
  [RouteParamtypes.QUERY]: 'query',
  [RouteParamtypes.PARAM]: 'path',
  [RouteParamtypes.BODY]: 'body',
};

/** What a handler takes of a request. Nest keeps arguments as `<kind>:<index>`, the last one first. */
export const inputsOf = (controller: NewableFunction, handler: string): readonly RouteInput[] => {
  const args: Readonly<Record<string, Argument>> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {};
  return Object.entries(args)
    .reverse()
    .flatMap(([key, { data, schema }]) => {
      const from = PLACES[key.split(':')[0] ?? ''];
      return from === undefined
        ? []
        : [
            {
              from,
              name: typeof data === 'string' ? data : undefined,
              schema: schema instanceof z.ZodType ? schema : undefined,
            },
          ];
    });
};
