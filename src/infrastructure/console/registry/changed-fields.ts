import { isPerson } from '../../../domain/rules/shared/sentinels.js';
import type { Fact } from '../kit/facts.js';
import { at, href } from '../kit/href.js';
import { camelWords } from '../kit/words.js';

type ShownValue = Pick<Fact, 'text' | 'instant' | 'href'>;

/** A field that an event sets, and what it was before if that is known. */
export interface ChangedField extends Fact {
  readonly before?: ShownValue | undefined;
}

type Data = Readonly<Record<string, unknown>>;

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** What serves Herald's own bookkeeping and says nothing to a reader. */
const INTERNAL: ReadonlySet<string> = new Set([
  'changesPlan',
  'waits',
  'emptiesQueue',
  'requestId',
  'key',
  'upTo',
]);

const LABELS: Readonly<Record<string, string>> = {
  accountExpiration: 'Mails about accounts',
  authorisationExpiresAt: 'Authorisation ends',
  contentApproval: 'Approval digests',
  entitled: 'Has notifications',
  present: 'Has access',
  publishAt: 'To be published',
  undeliverable: 'Address undeliverable',
  via: 'By way of',
};

/** The name of a field in words: `policies.sendAt` → `Policies, send at`. */
export const labelOf = (field: string): string => LABELS[field] ?? camelWords(field.replaceAll('.', ', '));

/** @param partnerId whose users the data name. */
const linkOf = (field: string, id: string, partnerId: string | undefined): string | undefined => {
  switch (field) {
    case 'userId':
    case 'ownerId':
      return isPerson(id) ? href(at('people', id), { partner: partnerId }) : undefined;
    case 'partnerId':
      return at('partners', id);
    case 'solutionId':
      return at('solutions', id);
    case 'accountId':
      return at('accounts', id);
    case 'notificationId':
      return at('notifications', id);
    default:
      return undefined;
  }
};

/** A value for people. @param field its name, from which follows what an id is of. */
export const shownValue = (field: string, value: unknown, partnerId?: string): ShownValue => {
  if (value === undefined || value === null || value === '') return { text: 'none' };
  if (typeof value === 'boolean') return { text: value ? 'yes' : 'no' };
  if (Array.isArray(value)) return { text: listed(value) };
  const text = String(value);
  if (MOMENT.test(text)) return { instant: text };
  const link = linkOf(field, text, partnerId);
  return link === undefined ? { text } : { text, href: link };
};

const listed = (values: readonly unknown[]): string =>
  values.every((value) => typeof value !== 'object') ? values.join(', ') : `${values.length} in the event`;

/** The fields of the data of an event, nested ones with their path. */
const flat = (data: Data, path = ''): readonly (readonly [string, unknown])[] =>
  Object.entries(data).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    if (value === undefined || value === null || INTERNAL.has(name)) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return flat(value as Data, `${path}${name}.`);
    return [[`${path}${name}`, value]];
  });

/** The fields of an event for people. @param own the fields that say only what the page is about. */
export const fieldsOf = (data: Data, own: readonly string[]): readonly ChangedField[] => {
  const partnerId = typeof data.partnerId === 'string' ? data.partnerId : undefined;
  return flat(data)
    .filter(([field]) => !own.includes(field))
    .map(([field, value]) => ({ name: labelOf(field), ...shownValue(field, value, partnerId) }));
};

/** The fields in which the data of an event differ from those before. */
export const differencesOf = (data: Data, before: Data): readonly ChangedField[] => {
  const then = new Map(flat(before));
  const now = new Map(flat(data));
  return [...new Set([...now.keys(), ...then.keys()])]
    .filter((field) => JSON.stringify(now.get(field)) !== JSON.stringify(then.get(field)))
    .map((field) => ({
      name: labelOf(field),
      ...shownValue(field, now.get(field)),
      before: shownValue(field, then.get(field)),
    }));
};
