import type { Command } from 'commander';
import { HeraldError } from '../domain/kernel/herald-error.js';
import type { Problem } from '../infrastructure/http/problems/problem.js';
import { RefusedRequest } from './herald-client.js';

/** Fields of the API that an option or an argument of another name sets. */
const NAMES: Readonly<Record<string, string>> = {
  expiresAt: 'expires',
  expiresIn: 'expires',
  id: 'notificationId',
  name: 'projection',
  solutions: 'solution',
  sources: 'source',
};

/** Routes of the API, and the commands that answer the same. */
const COMMANDS: readonly (readonly [route: RegExp, command: string])[] = [
  [/GET \/v1\/notifications\?outcome=outcome-unknown/g, '"herald unknown list"'],
  [/GET \/v1\/notifications\?(decision|reason)=([\w-]+)/g, '"herald history --$1 $2"'],
  [/GET \/v1\/notifications\/([\w-]+)\/(mail|why)/g, '"herald $2 $1"'],
  [/GET \/v1\/notifications\/([\w-]+)/g, '"herald unknown show $1"'],
  [/GET \/v1\/notifications/g, '"herald history"'],
  [/GET \/v1\/templates\/([\w-]+)\/preview/g, '"herald templates preview $1"'],
  [/GET \/v1\/projections(\/[\w-]+)?/g, '"herald projections"'],
  [/POST \/v1\/projections\/([\w-]+)\/(replay|cancel)/g, '"herald $2 $1"'],
  [/GET \/v1\/(agenda|outbox|people)\b/g, '"herald $1"'],
  [/GET \/v1\/(clock|sending)\b/g, '"herald $1 show"'],
  [/GET \/v1\/(keys|parked)\b/g, '"herald $1 list"'],
];

/**
 * What Herald refuses, in the words of the command line: fields of the API are named as the options and arguments that set them, and
 * routes as the commands that ask for the same. Any other error stays as it is.
 */
export const asTyped = (error: HeraldError, command: Command): HeraldError => {
  if (!(error instanceof RefusedRequest)) return error;
  const { errors = [] } = error.answer as Partial<Problem>;
  let says = error.message;
  for (const { field, message } of errors) {
    const typed = typedName(command, field.split('.')[0] ?? field);
    if (typed === undefined) continue;
    if (says === message) says = `${field}: ${message}`;
    says = says.replace(`${field}: ${message}`, () => `${typed}: ${message}`);
  }
  says = says.replace(/`(\w+)`/g, (quoted, field: string) => typedName(command, field) ?? quoted);
  for (const [route, asked] of COMMANDS) says = says.replace(route, asked);
  return new HeraldError(error.code, says);
};

/** Arguments that name a file or a folder, which may be that of the command. */
const FILES = new Set(['file', 'folder']);

/** @throws HeraldError `invalid-argument` for an argument that names nothing, or would change the path of a request. */
export const refuseEmpty = ({ registeredArguments, args }: Command): void => {
  registeredArguments.forEach((argument, n) => {
    const name = argument.name();
    const given = args[n];
    if (given === undefined || !(FILES.has(name) ? given === '' : /^\.{0,2}$/.test(given))) return;
    const typed = `<${name}>`;
    throw new HeraldError('invalid-argument', `${typed}: Expected an id or a name.`, typed);
  });
};

/** What a command calls a field of the API, such as `--slot-to`; undefined if it takes no such thing. */
const typedName = (command: Command, field: string): string | undefined => {
  for (const name of [field, NAMES[field]]) {
    const option = command.options.find((one) => one.attributeName() === name);
    if (option?.long) return option.long;
    const argument = command.registeredArguments.find((one) => one.name() === name);
    if (argument) return `<${argument.name()}>`;
  }
  return undefined;
};
