import type { JsonSchema } from './components.js';
import { titleOf } from './problems.js';
import type { OpenApiDocument } from './types.js';

/** How many operations answer with the same problem before it is a component. */
const SHARED_BY = 4;

interface Shared {
  readonly paths: OpenApiDocument['paths'];
  readonly responses: Readonly<Record<string, JsonSchema>>;
}

/** Moves the most frequent problem of each status to the components, so that the document stays readable. */
export const shareResponses = (paths: OpenApiDocument['paths']): Shared => {
  const names = new Map<string, string>();
  const responses: Record<string, JsonSchema> = {};
  for (const [status, [key, uses]] of mostFrequent(paths)) {
    if (uses < SHARED_BY || Number(status) < 400) continue;
    const name = titleOf(Number(status)).replaceAll(' ', '');
    names.set(key, name);
    responses[name] = JSON.parse(key);
  }
  const shared = (response: JsonSchema): JsonSchema => {
    const name = names.get(JSON.stringify(response));
    return name === undefined ? response : { $ref: `#/components/responses/${name}` };
  };
  return {
    responses,
    paths: mapValues(paths, (operations) =>
      mapValues(operations, (operation) => ({
        ...operation,
        responses: mapValues(operation.responses, shared),
      })),
    ),
  };
};

/** By status: the most frequent response as JSON, and how many operations have it. */
const mostFrequent = (paths: OpenApiDocument['paths']): ReadonlyMap<string, readonly [string, number]> => {
  const counts = new Map<string, Map<string, number>>();
  for (const operation of Object.values(paths).flatMap((operations) => Object.values(operations)))
    for (const [status, response] of Object.entries(operation.responses)) {
      const ofStatus = counts.get(status) ?? new Map<string, number>();
      const key = JSON.stringify(response);
      counts.set(status, ofStatus.set(key, (ofStatus.get(key) ?? 0) + 1));
    }
  return new Map(
    [...counts].map(([status, ofStatus]) => [
      status,
      [...ofStatus].sort(([, a], [, b]) => b - a)[0] ?? ['', 0],
    ]),
  );
};

const mapValues = <A, B>(values: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
