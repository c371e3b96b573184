import type * as z from 'zod';

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  object: 'a JSON object',
  array: 'a list',
};

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: [' character', ' characters'],
  array: [' entry', ' entries'],
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  email: 'an e-mail address',
  url: 'a URL',
};

const nameOf = (value: unknown) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (Number.isNaN(value)) return 'something else';
  return EXPECTED[typeof value] ?? typeof value;
};

const amount = (count: number | bigint, origin: string) => {
  const [one, more] = UNITS[origin] ?? ['', ''];
  return `${count}${Number(count) === 1 ? one : more}`;
};

const wanted = (issue: z.core.$ZodRawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      return EXPECTED[issue.expected] ?? issue.expected;
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ');
      return issue.values.length === 1 ? values : `one of: ${values}`;
    }
    case 'too_small':
      return `at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'another format';
    case 'invalid_union':
      return 'one of the forms that are documented';
    default:
      return undefined;
  }
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
