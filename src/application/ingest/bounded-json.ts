import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Parses JSON of bounded shape. The shape is checked before anything is built: a parser spends seconds and hundreds of
 * megabytes on two megabytes of brackets or names.
 * @throws HeraldError `json-too-complex` (deeper than {@link MAX_JSON_DEPTH}, or an object of more than {@link
 * MAX_JSON_MEMBERS} members), `malformed-json` (an object that has a name twice, of which readers take different ones: RFC 8259, 4);
 * SyntaxError if it is not JSON.
 */
export const parseBoundedJson = (text: string): unknown => {
  requireBounded(text);
  return JSON.parse(text);
};

const requireBounded = (text: string): void => {
  // The names of each open object, the outermost first; a list has none.
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        if (isName(text, end)) addName(open.at(-1), text.slice(at, end + 1));
        at = end;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (open.push(new Set()) > MAX_JSON_DEPTH)
          throw tooComplex(`is nested more than ${MAX_JSON_DEPTH} levels deep`);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        break;
    }
  }
};

const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Whether a string that ends here is the name of a member: a colon follows. */
const isName = (text: string, end: number): boolean => {
  let next = end + 1;
  while (SPACES.has(text.charCodeAt(next))) next += 1;
  return text.charCodeAt(next) === COLON;
};

/** @param quoted the name as it is written: `a` and `\u0061` are the same. */
const addName = (names: Set<string> | undefined, quoted: string): void => {
  if (!names) return;
  const name = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  if (names.has(name)) throw twice(name);
  names.add(name);
  if (names.size > MAX_JSON_MEMBERS)
    throw tooComplex(`has an object with more than ${MAX_JSON_MEMBERS} members`);
};

/** How many characters of a name are shown. */
const SHOWN_NAME = 64;

const twice = (name: string) =>
  new HeraldError(
    'malformed-json',
    `The JSON has an object with the name ${JSON.stringify(name.slice(0, SHOWN_NAME))} twice, of which readers take different ones: send each name once.`,
    name.slice(0, SHOWN_NAME) || 'body',
  );

/** The index of the closing quote of the string that begins at `start`; the end of the text if there is none. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
};

const isEscaped = (text: string, at: number): boolean => {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
};

const tooComplex = (what: string) =>
  new HeraldError(
    'json-too-complex',
    `The JSON ${what}. Send CloudEvents as the contract describes them.`,
    'body',
  );
