import * as z from 'zod';

/** A JSON object: here a JSON Schema, or a part of one. */
export type Json = Readonly<Record<string, unknown>>;

/** An extension of JSON Schema: a sentence about what is checked beyond the schema. */
const ALSO_EXPECTED = 'x-also-expected';

/** Metadata of a zod schema: says what it checks that its JSON Schema cannot say. */
export const alsoExpects = (sentence: string): Json => ({ [ALSO_EXPECTED]: sentence });

/**
 * A schema as API descriptions publish it, in JSON Schema draft 7: as a sender sees it, before defaults are filled in and moments
 * are converted to UTC. What is checked beyond it is part of the descriptions.
 */
export const publishedSchema = (schema: z.ZodType): Json => {
  const { $schema, '~standard': _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return described(rest);
};

/** A JSON Schema in which descriptions say what is checked beyond it. */
export const described = (schema: Json): Json => describedNode(schema) as Json;

const describedNode = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(describedNode);
  if (typeof node !== 'object' || node === null) return node;
  const { [ALSO_EXPECTED]: sentence, ...rest } = node as Json;
  const children = Object.fromEntries(
    Object.entries(rest).map(([key, child]) => [key, describedNode(child)]),
  );
  if (typeof sentence !== 'string') return children;
  return { ...children, description: [children.description, sentence].filter(Boolean).join(' ') };
};
