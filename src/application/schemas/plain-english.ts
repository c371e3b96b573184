import type * as z from 'zod';

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  object: 'a JSON object',
};

const nameOf = (value: unknown) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return EXPECTED[typeof value] ?? typeof value;
};

const wanted = (issue: z.core.$ZodRawIssue) => {
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  if (issue.code !== 'invalid_value') return undefined;
  const values = issue.values.map(String).join(', ');
  return issue.values.length === 1 ? values : `one of: ${values}`;
};

/** Says what a field should hold, where the schema itself does not. */
export const plainEnglish: z.core.$ZodErrorMap = (issue) => {
  const expected = wanted(issue);
  if (expected === undefined) return undefined;
  if (issue.input === undefined) return `Required: expected ${expected}.`;
  return issue.code === 'invalid_type'
    ? `Expected ${expected}, got ${nameOf(issue.input)}.`
    : `Expected ${expected}.`;
};
