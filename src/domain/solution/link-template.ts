/** The variables that a solution's links may have. */
export const LINK_VARIABLES = {
  accountUrl: ['accountId', 'partnerId'],
  postUrl: ['postId', 'partnerId'],
} as const;

const VARIABLE = /\{([^{}]*)\}/g;
// The part before the first variable decides where a link leads to.
const AUTHORITY = /^https:\/\/[^/?#@{}]+[/?#]/i;
// A URL parser drops line breaks and reads a backslash as a slash.
const NOT_IN_A_URL = /[\s\p{Cc}\p{Cs}\\]/u;

/** What is wrong with a template of links, as a sentence; undefined if nothing is. */
export const linkTemplateProblem = (template: string, variables: readonly string[]): string | undefined => {
  const unknown = [...template.matchAll(VARIABLE)].find(([, name]) => !variables.includes(name ?? ''));
  const known = variables.map((name) => `{${name}}`).join(' and ');
  if (unknown) return `Expected only the variables ${known}, not ${unknown[0]}.`;
  if (/[{}]/.test(template.replace(VARIABLE, ''))) return `Expected each variable whole: ${known}.`;
  const [authority = ''] = AUTHORITY.exec(template.split('{')[0] ?? '') ?? [];
  const url = expandLink(template, Object.fromEntries(variables.map((name) => [name, 'x'])));
  if (!authority || !url || NOT_IN_A_URL.test(template))
    return `Expected an https URL with a host and a path, without credentials, such as https://portal.example/${variables[0]}s/{${variables[0]}}.`;
  return undefined;
};

/**
 * The link that a template stands for: RFC 6570, level 1. Every value is percent-encoded, so that it can add no path, query or
 * host. Undefined if it is no https URL.
 */
export const expandLink = (
  template: string,
  values: Readonly<Record<string, string>>,
): string | undefined => {
  const expanded = template.replace(VARIABLE, (_, name: string) => encoded(values[name] ?? ''));
  if (!URL.canParse(expanded)) return undefined;
  const { protocol, href } = new URL(expanded);
  return protocol === 'https:' ? href : undefined;
};

/** Everything but the unreserved characters of RFC 3986, 2.3. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
