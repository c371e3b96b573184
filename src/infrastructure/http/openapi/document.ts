import type { INestApplicationContext } from '@nestjs/common';
import * as z from 'zod';
import { MAX_PURPOSE } from '../../../domain/bounds.js';
import type { ErrorCode } from '../../../domain/error-codes.js';
import { PROBLEM_TYPE, retryAfter } from '../problems/problem.js';
import { problemSchema } from '../schemas/problem.js';
import { Components, type JsonSchema } from './components.js';
import { type Answer, type Body, type Content, TAGS } from './operation.js';
import { byStatus, errorsOf, isLogged, titleOf } from './problems.js';
import { apiRoutesOf, type Route, type RouteInput } from './routes.js';
import { shareResponses } from './share-responses.js';
import type { OpenApiDocument, OpenApiOperation } from './types.js';

const JSON_TYPE = 'application/json';

/** The HTTP API as an OpenAPI 3.1 document, made of the routes and of the schemas that check requests. */
export const openApi = (app: INestApplicationContext, info: OpenApiDocument['info']): OpenApiDocument => {
  const components = new Components();
  const document = new Paths(components);
  for (const route of apiRoutesOf(app)) document.add(route);
  const { paths, responses } = shareResponses(document.paths);
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/', description: 'This instance.' }],
    tags: Object.entries(TAGS)
      .filter(([name]) => document.tags.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: components.schemas,
      responses,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
};

const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'hk_…',
    description:
      'An API key, made by `herald keys create`. While access is not configured, no credential is asked for.',
  },
  oidc: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of a configured OpenID Connect issuer.',
  },
};

const HEADERS = {
  'x-request-id': {
    description: 'Identifies the request in the log: the one that the client sent, or a new one.',
    schema: { type: 'string' },
  },
  'retry-after': {
    description: 'Seconds after which the request may be sent again.',
    schema: { type: 'integer', minimum: 1 },
  },
  'www-authenticate': {
    description: 'How to authenticate: `Bearer`.',
    schema: { type: 'string' },
  },
};

const PURPOSE = {
  'Herald-Purpose': z
    .string()
    .max(MAX_PURPOSE)
    .optional()
    .describe('What the request is for; the access log keeps it.'),
};

const header = (name: keyof typeof HEADERS) => ({ [name]: { $ref: `#/components/headers/${name}` } });

/** The operations, by path and method. */
class Paths {
  readonly #paths = new Map<string, Record<string, OpenApiOperation>>();
  readonly tags = new Set<string>();

  constructor(private readonly components: Components) {}

  get paths(): OpenApiDocument['paths'] {
    return Object.fromEntries(this.#paths);
  }

  /** Adds a route; one that is not described is left out, and a test names it. */
  add(route: Route): void {
    if (!route.operation) return;
    const known = this.#paths.get(route.path) ?? {};
    this.#paths.set(route.path, { ...known, [route.method]: this.#operation(route, route.operation) });
  }

  #operation(route: Route, operation: NonNullable<Route['operation']>): OpenApiOperation {
    const { id, summary, description, answers, headers = {} } = operation;
    const permission = route.access && 'permission' in route.access ? route.access.permission : undefined;
    const parameters = [
      ...route.inputs.flatMap((input) => this.#parameters(input)),
      ...Object.entries({ ...(isLogged(route) ? PURPOSE : {}), ...headers }).map(([name, schema]) =>
        this.#parameter('header', name, schema),
      ),
    ];
    const body = operation.body ?? bodyOf(route);
    if (route.tag) this.tags.add(route.tag);
    const says = [description, permission && `Permission: \`${permission}\`.`].filter(Boolean).join('\n\n');
    return {
      operationId: id,
      summary,
      ...(says ? { description: says } : {}),
      ...(route.tag ? { tags: [route.tag] } : {}),
      security: permission ? [{ apiKey: [] }, { oidc: [] }] : [],
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(body ? { requestBody: this.#body(body) } : {}),
      responses: this.#responses(route, answers),
    };
  }

  /** The parameters of a query, or of a path, one by one. */
  #parameters({ from, name, schema }: RouteInput): readonly JsonSchema[] {
    if (from === 'body' || !schema) return [];
    if (name !== undefined) return [this.#parameter(from, name, schema)];
    return schema instanceof z.ZodObject
      ? Object.entries(schema.shape).map(([key, field]) => this.#parameter(from, key, field as z.ZodType))
      : [];
  }

  #parameter(place: 'query' | 'path' | 'header', name: string, schema: z.ZodType): JsonSchema {
    const { description, ...rest } = this.components.of(schema);
    return {
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  }

  #body({ says, content, required = true }: Body): JsonSchema {
    return { description: says, required, content: this.#content(content) };
  }

  #answer(answer: z.ZodType | Answer): JsonSchema {
    const {
      says,
      content,
      headers = {},
    } = answer instanceof z.ZodType
      ? { says: answer.description ?? '', content: { [JSON_TYPE]: { schema: answer } } }
      : answer;
    return {
      description: says,
      headers: {
        ...header('x-request-id'),
        ...Object.fromEntries(
          Object.entries(headers).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
      },
      content: this.#content(content),
    };
  }

  #content(content: Readonly<Record<string, Content>>): JsonSchema {
    return Object.fromEntries(
      Object.entries(content).map(([type, { schema, examples }]) => [
        type,
        {
          schema: this.components.of(schema),
          ...(examples
            ? {
                examples: Object.fromEntries(
                  Object.entries(examples).map(([name, value]) => [name, { value }]),
                ),
              }
            : {}),
        },
      ]),
    );
  }

  /** What it answers with, and the problems by status. A status may be both: then the media type tells them apart. */
  #responses(
    route: Route,
    answers: NonNullable<Route['operation']>['answers'],
  ): OpenApiOperation['responses'] {
    const responses = new Map<number, JsonSchema>(
      Object.entries(answers).map(([status, answer]) => [Number(status), this.#answer(answer)]),
    );
    for (const [status, codes] of byStatus(errorsOf(route))) {
      const known = responses.get(status);
      const problem = this.#problem(status, codes);
      responses.set(status, known ? both(known, problem) : problem);
    }
    return Object.fromEntries([...responses].sort(([a], [b]) => a - b));
  }

  #problem(status: number, codes: readonly ErrorCode[]): JsonSchema {
    return {
      description: `${titleOf(status)}: ${codes.map((code) => `[\`${code}\`](/errors#${code})`).join(', ')}.`,
      headers: {
        ...header('x-request-id'),
        ...(status === 429 || codes.some((code) => retryAfter({ code })) ? header('retry-after') : {}),
        ...(status === 401 ? header('www-authenticate') : {}),
      },
      content: {
        [PROBLEM_TYPE]: {
          schema: {
            ...this.components.of(problemSchema),
            // Beside the reference: generators see the one type, validators also the codes of this route.
            properties: { status: { const: status }, code: { enum: codes } },
          },
        },
      },
    };
  }
}

/** An answer and a problem of the same status. */
const both = (answer: JsonSchema, problem: JsonSchema): JsonSchema => ({
  description: `${answer.description} ${problem.description}`,
  headers: { ...(answer.headers as object), ...(problem.headers as object) },
  content: mergedContent(answer.content as MediaTypes, problem.content as MediaTypes),
});

type MediaTypes = Readonly<Record<string, { readonly schema: JsonSchema }>>;

const mergedContent = (answer: MediaTypes, problem: MediaTypes): MediaTypes => ({
  ...answer,
  ...Object.fromEntries(
    Object.entries(problem).map(([type, content]) => [
      type,
      answer[type] ? { schema: { anyOf: [answer[type].schema, content.schema] } } : content,
    ]),
  ),
});

/** The JSON body that the decorator of the handler's parameter has the schema of. */
const bodyOf = ({ inputs }: Route): Body | undefined => {
  const schema = inputs.find(({ from }) => from === 'body')?.schema;
  return schema && { says: schema.description ?? 'A JSON object.', content: { [JSON_TYPE]: { schema } } };
};
