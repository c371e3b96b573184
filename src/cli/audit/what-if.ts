import { readFile } from 'node:fs/promises';
import { CqrsModule, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { instant } from '../../application/schemas/fields.js';
import { plainEnglish } from '../../application/schemas/plain-english.js';
import { AskWhatIf, AskWhatIfHandler, type Notified } from '../../application/what-if/ask-what-if.js';
import { type Parameters, parametersSchema } from '../../application/what-if/parameters.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { RULE_IDS } from '../../domain/rules/notifications.js';
import { readConfig } from '../../infrastructure/config/config.js';
import { configModuleOf } from '../../infrastructure/config/config.module.js';
import { inContext } from '../context.js';
import { LOG_TO_READ } from '../stores/opened-stores.js';
import { say } from '../terminal/terminal.js';
import { utf8TextOf } from '../terminal/utf8-text.js';

export interface WhatIfOptions {
  readonly from: string;
  readonly to: string;
  readonly threshold?: string;
  readonly rules?: string;
}

/** A difference of more people than this is truncated. */
const MAX_PEOPLE = 20;

/** Runs the rules over recorded history with other parameters and prints who would have been notified. Read-only. */
export async function whatIfCommand(options: WhatIfOptions): Promise<number> {
  const from = read(instant, options.from, '--from');
  const to = read(instant, options.to, '--to');
  if (to <= from)
    throw new HeraldError(
      'invalid-argument',
      `--to: The period ends at ${to}, which is not after its start, ${from}: choose a later end.`,
      '--to',
    );
  const parameters = await parametersOf(options);
  const config = readConfig(process.env);
  return inContext(
    { imports: [CqrsModule.forRoot(), configModuleOf(config)], providers: [LOG_TO_READ, AskWhatIfHandler] },
    async (context) => {
      const { would, did } = await context.get(QueryBus).execute(new AskWhatIf(from, to, parameters));
      say(`From ${from} to ${to}, with ${JSON.stringify(parameters)}:`, '');
      for (const line of summary(would, did)) say(line);
      return 0;
    },
  );
}

const parametersOf = async ({ threshold, rules }: WhatIfOptions): Promise<Parameters> => {
  const fromFile = rules === undefined ? {} : read(parametersSchema, await readRules(rules), rules);
  if (threshold === undefined) return fromFile;
  return { ...fromFile, ...read(parametersSchema, { threshold: Number(threshold) }, '--threshold') };
};

const readRules = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(utf8TextOf(await readFile(file), file)) as unknown;
  } catch (error) {
    if (error instanceof HeraldError) throw error;
    throw new HeraldError('invalid-rules', `${file} cannot be read: ${(error as Error).message}`, '--rules');
  }
};

const read = <S extends z.ZodType>(schema: S, value: unknown, field: string): z.output<S> => {
  const result = schema.safeParse(value, { error: plainEnglish });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new HeraldError('invalid-argument', `${field}: ${problems.join(' ')}`, field);
};

/** For each rule the number of mails, and the people whose number differs most. */
const summary = (would: readonly Notified[], did: readonly Notified[]): string[] => {
  const lines = ['rule                      would   did  difference'];
  for (const rule of RULE_IDS) {
    const [more, less] = [would, did].map((all) => all.filter((one) => one.rule === rule).length) as [
      number,
      number,
    ];
    lines.push(`${rule.padEnd(24)} ${column(more)} ${column(less)}  ${signed(more - less)}`);
  }
  const people = differences(would, did);
  lines.push(
    '',
    people.length === 0
      ? 'Nobody would have had more or fewer mails.'
      : 'Who would have had more or fewer mails:',
  );
  for (const { who, more } of people.slice(0, MAX_PEOPLE))
    lines.push(`  ${signed(more).padStart(5)}  ${who}`);
  if (people.length > MAX_PEOPLE) lines.push(`  and ${people.length - MAX_PEOPLE} more`);
  return lines;
};

const differences = (would: readonly Notified[], did: readonly Notified[]) => {
  const counts = new Map<string, number>();
  const count = (all: readonly Notified[], by: number) => {
    for (const { name, partnerId, rule } of all) {
      const who = `${name} (${partnerId}): ${rule}`;
      counts.set(who, (counts.get(who) ?? 0) + by);
    }
  };
  count(would, 1);
  count(did, -1);
  return [...counts]
    .map(([who, more]) => ({ who, more }))
    .filter(({ more }) => more !== 0)
    .sort((a, b) => Math.abs(b.more) - Math.abs(a.more) || (a.who < b.who ? -1 : 1));
};

const column = (value: number): string => String(value).padStart(5);

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));
