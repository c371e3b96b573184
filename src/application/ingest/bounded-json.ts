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
 * MAX_JSON_MEMBERS} members); SyntaxError if it is not JSON.
 */
export const parseBoundedJson = (text: string): unknown => {
  requireBounded(text);
  return JSON.parse(text);
};

const requireBounded = (text: string): void => {
  // The number of members of each open object, the outermost first; a list counts as 0.
  const members: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (members.push(0) > MAX_JSON_DEPTH)
          throw tooComplex(`is nested more than ${MAX_JSON_DEPTH} levels deep`);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        members.pop();
        break;
      case COLON: {
        const count = (members.pop() ?? 0) + 1;
        if (count > MAX_JSON_MEMBERS)
          throw tooComplex(`has an object with more than ${MAX_JSON_MEMBERS} members`);
        members.push(count);
      }
    }
  }
};

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
