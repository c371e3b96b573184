import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/**
 * The fields of a form: `@Form({ schema })`. Fields that are left empty are absent. Anything but a form is refused with
 * `unsupported-content-type`.
 */
export const Form = createParamDecorator((_: unknown, context: ExecutionContext): unknown =>
  formIn(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The fields of the form that a request is, as `Form` gives them. @throws HeraldError `unsupported-content-type`. */
export const formIn = ({
  headers,
  body,
}: FastifyRequest): Readonly<Record<string, string | readonly string[]>> => {
  if (!FORM_TYPE.test(headers['content-type'] ?? ''))
    throw new HeraldError('unsupported-content-type', 'Send a form, as a browser does.', 'content-type');
  return filled(new URLSearchParams(typeof body === 'string' ? body : ''));
};

/** The filters in the address of a page: `@Filters({ schema })`. Those that are left empty are absent, and so is `done`. */
export const Filters = createParamDecorator((_: unknown, context: ExecutionContext): unknown => {
  return filtersIn(context.switchToHttp().getRequest<FastifyRequest>().url);
});

/** The filters in an address, as `Filters` gives them. */
export const filtersIn = (url: string): Readonly<Record<string, string | readonly string[]>> => {
  const given = new URLSearchParams(url.replace(/^[^?]*\??/, '').replace(/#.*$/, ''));
  given.delete('done');
  return filled(given);
};

/** A field that is there several times is a list. Each is looked at once: anybody can send a form of very many. */
const filled = (fields: URLSearchParams): Readonly<Record<string, string | readonly string[]>> => {
  const found = new Map<string, string[]>();
  for (const [name, value] of fields) {
    if (value.trim() === '') continue;
    const before = found.get(name);
    if (before) before.push(value);
    else found.set(name, [value]);
  }
  return Object.fromEntries(
    [...found].map(([name, [value = '', ...more]]) => [
      name,
      more.length > 0 ? [value, ...more] : value.trim(),
    ]),
  );
};
