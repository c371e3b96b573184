import Handlebars, { type HelperDelegate, type SafeString } from 'handlebars';
import { dateTime, longDate } from './format.js';
import { toneOf, words } from './words.js';

const html = (strings: TemplateStringsArray, ...values: readonly string[]): SafeString =>
  new Handlebars.SafeString(
    strings.map((text, index) => text + Handlebars.escapeExpression(values[index] ?? '')).join(''),
  );

/** What views can call. Each escapes what it is given. */
export const helpers: Readonly<Record<string, HelperDelegate>> = {
  /** An instant for people and for machines: UTC, or a zone if one is given. Narrow lines break between date and time. */
  time: (instant: unknown, zone?: unknown) => {
    if (typeof instant !== 'string') return '';
    const [date = '', time = ''] = dateTime(instant, typeof zone === 'string' ? zone : 'UTC').split(', ');
    return html`<time datetime="${instant}"><span>${date},</span> <span>${time}</span></time>`;
  },
  /** A civil date for people and for machines. */
  day: (date: unknown) =>
    typeof date === 'string' ? html`<time datetime="${date}">${longDate(date)}</time>` : '',
  number: (value: unknown) => (typeof value === 'number' ? value.toLocaleString('en-GB') : ''),
  /** An identifier of the design in words. */
  words: (id: unknown) => (typeof id === 'string' ? words(id) : ''),
  tone: (state: unknown) => (typeof state === 'string' ? toneOf(state) : ''),
  eq: (a: unknown, b: unknown) => a === b,
  /** Texts and numbers as one text. Handlebars hands its options on as the last argument. */
  concat: (...parts: readonly unknown[]) => parts.slice(0, -1).join(''),
  /** JSON, indented, as text. */
  json: (value: unknown) => JSON.stringify(value, undefined, 2),
};
