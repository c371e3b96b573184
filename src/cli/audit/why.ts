import type { WhyNot } from '../../application/audit/why/ask-why-not.js';
import type { Why } from '../../application/audit/why/get-why.js';
import type { Condition } from '../../domain/rules/shared/verdict.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

/** Says why a notification was sent, or withheld. @returns the exit code 0. */
export async function why(id: string, { url, json }: Options): Promise<number> {
  const found = await new HeraldClient(url).get<Why>(`/v1/notifications/${encodeURIComponent(id)}/why`);
  if (json) say(JSON.stringify(found));
  else say(found.sentence, ...found.conditions.map(lineOf));
  return 0;
}

/** Whom and what a question is about, by the names of the API. */
export interface WhyNotOptions extends Options {
  readonly at?: string;
  readonly partner?: string;
  readonly account?: string;
}

/** Says why somebody was not notified, for each account or queue. @returns the exit code 0. */
export async function whyNot(
  person: string,
  rule: string,
  { url, json, ...more }: WhyNotOptions,
): Promise<number> {
  const given = Object.entries({ person, rule, ...more }).filter(([, value]) => value !== undefined);
  const found = await new HeraldClient(url).get<WhyNot>(
    `/v1/why-not?${new URLSearchParams(given as [string, string][])}`,
  );
  if (json) {
    say(JSON.stringify(found));
    return 0;
  }
  for (const { sentence, conditions } of found.answers) say(sentence, ...conditions.map(lineOf));
  if (found.answers.length === 0 && !found.more)
    say(`There is no account about which ${found.person.userId} is notified.`);
  if (found.more) say('The partner has more accounts: ask about one with --account.');
  if (found.incomplete) say(`${found.incomplete.parked} documents are parked; see herald parked list.`);
  return 0;
}

const lineOf = ({ says, holds }: Condition): string => `  ${holds ? 'yes' : 'no '}  ${says}`;
