import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { OpenApiDocument } from '../../src/infrastructure/http/openapi/types.js';

type Json = Record<string, unknown>;

/** An answer, as far as the API description speaks of it. */
export interface Described {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Checks answers against the API description: what is not described is wrong, a field that is not described among it. */
export class ApiDescription {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  readonly #checks = new Map<string, ValidateFunction>();
  readonly #patterns: readonly { readonly pattern: RegExp; readonly path: string }[];

  constructor(private readonly document: OpenApiDocument) {
    (formats as unknown as { default: (ajv: Ajv2020) => void }).default(this.#ajv);
    const { schemas = {} } = document.components;
    this.#ajv.addSchema({ $id: 'openapi', components: { schemas: closed(schemas) } });
    // A path without parameters comes first.
    this.#patterns = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }));
  }

  /** What is wrong with an answer; undefined if it is as described. */
  problemOf({ method, path, status, type, headers, body }: Described): string | undefined {
    const template = this.templateOf(path);
    const operations = template === undefined ? undefined : this.document.paths[template];
    const operation = operations?.[method.toLowerCase() === 'head' ? 'get' : method.toLowerCase()];
    if (!operation) return this.#refused(status, operations !== undefined, headers);
    const name = `${operation.operationId} ${status}`;
    const response = this.#resolved(operation.responses[status]);
    if (!response) return `${name} is not described: ${JSON.stringify(body)}`;
    const content = (response.content as Record<string, { schema: Json }> | undefined)?.[type];
    if (!content) return `${name}: the media type ${type} is not described`;
    for (const header of Object.keys((response.headers ?? {}) as Json))
      if (isPromised(header, status) && !headers.has(header)) return `${name} lacks the header ${header}`;
    if (!/[/+]json$/.test(type)) return undefined;
    const check = this.#check(`${name} ${type}`, content.schema);
    return check(body) ? undefined : `${name}: ${this.#ajv.errorsText(check.errors)}`;
  }

  /** The path of the description that a request is for. */
  templateOf(path: string): string | undefined {
    const asked = path.replace(/[?#].*$/, '');
    return this.#patterns.find(({ pattern }) => pattern.test(asked))?.path;
  }

  /** A method or a path that is not described is refused so. */
  #refused(status: number, isKnownPath: boolean, headers: Headers): string | undefined {
    if (isKnownPath && status === 405) return headers.get('allow') ? undefined : '405 lacks the header Allow';
    return undefined;
  }

  #resolved(response: Json | undefined): Json | undefined {
    const name = /^#\/components\/responses\/(.+)$/.exec(String(response?.$ref))?.[1];
    return name === undefined ? response : (this.document.components.responses?.[name] as Json);
  }

  #check(name: string, schema: Json): ValidateFunction {
    const known = this.#checks.get(name);
    if (known) return known;
    const check = this.#ajv.compile(closed(absolute(schema)) as Json);
    this.#checks.set(name, check);
    return check;
  }
}

/** `Retry-After` depends on the code. */
const isPromised = (header: string, status: number): boolean => header !== 'retry-after' || status === 429;

const absolute = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/'));

/** Objects whose fields are all described get no others. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  const isOpen =
    entries.type !== 'object' ||
    entries.properties === undefined ||
    'additionalProperties' in entries ||
    'propertyNames' in entries;
  return isOpen ? entries : { ...entries, additionalProperties: false };
};
