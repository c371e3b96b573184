import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { described } from '../../../application/schemas/published-schema.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Collects the schemas that have a name (`meta({ id })`), so that each is in the document once. */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  /** All named schemas so far, by name. */
  get schemas(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /**
   * A schema as JSON Schema 2020-12, as a sender sees it: before defaults are filled in and values are converted. Named
   * schemas are references.
   * @throws Error if two schemas have the same name.
   */
  of(schema: z.ZodType): JsonSchema {
    const found = z.toJSONSchema(schema, { io: 'input', override: simplify });
    const { $schema, $defs = {}, '~standard': _, ...rest } = described(withReferences(found));
    for (const [name, named] of Object.entries($defs as Record<string, JsonSchema>)) this.#add(name, named);
    return rest;
  }

  #add(name: string, schema: JsonSchema): void {
    const { id: _, ...named } = schema;
    const known = this.#schemas.get(name);
    if (known && !isDeepStrictEqual(known, named)) throw new Error(`Two schemas have the name ${name}.`);
    this.#schemas.set(name, named);
  }
}

interface Converted {
  readonly zodSchema: z.core.$ZodType;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** Removes what says nothing more and makes generators of clients stumble, and adds what Zod leaves out of values that it converts. */
const simplify = ({ zodSchema, jsonSchema }: Converted): void => {
  if (isDeepStrictEqual(jsonSchema.propertyNames, { type: 'string' })) delete jsonSchema.propertyNames;
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (Array.isArray(examples)) jsonSchema.examples = examples;
  if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
};

const withReferences = (schema: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
