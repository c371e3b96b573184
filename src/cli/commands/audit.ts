import { Argument, type Command, Option } from 'commander';
import { CHANGED, type ChangedKind } from '../../application/audit/changes/changed-kinds.js';
import type { AccessLogOptions } from '../audit/access-log.js';
import type { AgendaOptions } from '../audit/agenda.js';
import type { ChangesOptions } from '../audit/changes.js';
import type { CoverageOptions } from '../audit/coverage.js';
import { HISTORY_FORMATS, type HistoryOptions, type SummaryOptions } from '../audit/history-options.js';
import type { PeopleOptions } from '../audit/people.js';
import type { WhatIfOptions } from '../audit/what-if.js';
import type { WhyNotOptions } from '../audit/why.js';
import { JSON_OPTION, limitOption, setExitCode, URL_OPTION } from './options.js';

/** Adds the filters of the history to a command. */
const withHistoryFilters = (command: Command): Command =>
  command
    .option(
      '--q <text>',
      'an id of a notification, a user id or address as in --recipient, an id of an account or partner, a reason, or how a subject begins',
    )
    .option(
      '--recipient <person>',
      'a user id, exactly, or any address that the person has or ever had, in any case',
    )
    .option('--channel <channel>', 'only one channel, such as email')
    .option('--partner <id>', 'only one partner')
    .option('--solution <id>', 'only one solution')
    .option('--account <id>', 'only one social account')
    .option('--rule <rule>', 'only one notification')
    .option('--decision <decision>', 'raised or withheld')
    .option('--reason <reason>', 'why it was withheld')
    .option('--outcome <outcome>', 'how far delivery is')
    .option('--slot-from <moment>', 'slots from this moment on')
    .option('--slot-to <moment>', 'slots before this moment')
    .option('--from <moment>', 'decisions from this moment on, such as 2026-03-02T08:00:00Z')
    .option('--to <moment>', 'decisions before this moment');

/** Adds the commands about what was sent, what was not, and why. */
export const auditCommands = (program: Command): void => {
  program.commandsGroup('What was decided, and why:');

  withHistoryFilters(
    program
      .command('history')
      .description(
        'list what was sent to whom and when, and what was withheld, or export all of it as CSV or NDJSON',
      ),
  )
    .addOption(new Option('--order <order>', 'which decisions come first').choices(['newest', 'oldest']))
    .addOption(limitOption('how many to show as table or JSON, or all'))
    .addOption(
      new Option('--format <format>', 'a table, a line of JSON for each, or everything as csv or ndjson')
        .choices(HISTORY_FORMATS)
        .default('table'),
    )
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .option(...URL_OPTION)
    .action(async (options: HistoryOptions) =>
      setExitCode((await import('../audit/history.js')).history(options)),
    );

  withHistoryFilters(
    program
      .command('summary')
      .description('count decisions by day, notification and result; default: those of the last 30 days'),
  )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: SummaryOptions) =>
      setExitCode((await import('../audit/history.js')).summary(options)),
    );

  program
    .command('why <notificationId>')
    .description('say why a notification was sent or withheld, with every condition')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (id: string, options) => setExitCode((await import('../audit/why.js')).why(id, options)));

  program
    .command('why-not <person> <rule>')
    .description(
      'say why somebody was not notified, with every condition; the person is a user id, or any address that they have or ever had',
    )
    .option('--at <moment>', 'the moment to look at; default: now')
    .option('--partner <id>', 'the partner, if the person is at several')
    .option('--account <id>', 'one social account; default: all of the partner')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (person: string, rule: string, options: WhyNotOptions) =>
      setExitCode((await import('../audit/why.js')).whyNot(person, rule, options)),
    );

  program
    .command('coverage')
    .description(
      'prove that nobody was missed at the slots of a date: compare the decisions that the facts ask for with those on record; exits with 1 if one is missing or was made too late',
    )
    .option(
      '--date <date>',
      'the civil date, in the zone of each partner, such as 2026-03-02; without it: what the check of each hour has found missing',
    )
    .option('--solution <id>', 'with --date: only one solution')
    .option('--partner <id>', 'with --date: only one partner')
    .option('--rule <rule>', 'with --date: only one notification')
    .option(
      '--state <state>',
      'with --date: list the decisions behind a count, such as shortfall, withheld or undelivered',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: CoverageOptions) =>
      setExitCode((await import('../audit/coverage.js')).coverage(options)),
    );

  program
    .command('verify-decision <notificationId>')
    .description(
      'run the rule of a decision again on the history before it, render its mail again, and compare both with what is on record; exits with 1 if something differs',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (id: string, options) =>
      setExitCode((await import('../audit/verify-decision.js')).verifyDecision(id, options)),
    );

  program
    .command('people')
    .description('list partner users and their notification settings')
    .option('--partner <id>', 'only one partner')
    .option('--person <person>', 'only whom a user id, or any address that they have or ever had, names')
    .addOption(limitOption('how many to show, or all'))
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: PeopleOptions) =>
      setExitCode((await import('../audit/people.js')).people(options)),
    );

  program
    .command('agenda')
    .description(
      'list what is planned for the next days, each with its time in the zone of its partner; ordered by time within each page of 200 accounts, queues and mails',
    )
    .option('--days <number>', 'how many days to look ahead, at most 400; default: 7')
    .option('--partner <id>', 'only one partner')
    .option('--solution <id>', 'only one solution')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: AgendaOptions) =>
      setExitCode((await import('../audit/agenda.js')).agenda(options)),
    );

  program
    .command('changes')
    .description(
      'list every change of a social account, a partner, an approval queue or a solution: who, when and by which event, newest first',
    )
    .addArgument(new Argument('<kind>', 'what it is').choices(Object.keys(CHANGED)))
    .argument('<id>', 'its id; of a queue, that of its partner')
    .addOption(limitOption('how many to show, or all'))
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (kind: ChangedKind, id: string, options: ChangesOptions) =>
      setExitCode((await import('../audit/changes.js')).changes(kind, id, options)),
    );

  program
    .command('dangling')
    .description(
      'list partners, users and accounts that events name and that were never registered, added or connected; exits with 1 if there are any',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../audit/dangling.js')).dangling(options)));

  program
    .command('access-log')
    .description('list who read personal data or changed something, when and for what purpose, newest first')
    .option('--principal <id>', 'only of this principal, such as key:…')
    .option('--action <route>', 'only of this method and route, such as "GET /v1/people"')
    .option('--solution <id>', 'only what concerned this solution')
    .option('--from <moment>', 'from this moment on, such as 2026-03-02T08:00:00Z')
    .option('--to <moment>', 'before this moment')
    .addOption(limitOption('how many to show, or all'))
    .option('--json', 'show each as a line of JSON')
    .option(...URL_OPTION)
    .action(async (options: AccessLogOptions) =>
      setExitCode((await import('../audit/access-log.js')).accessLog(options)),
    );

  program
    .command('what-if')
    .description(
      'run the rules over recorded history with other parameters and show who would have been notified; read-only',
    )
    .requiredOption('--from <moment>', 'the start of the period, such as 2026-01-01T00:00:00Z')
    .requiredOption('--to <moment>', 'the end of the period')
    .option('--threshold <days>', 'remind when the authorisation expires in less than this number of days')
    .option('--rules <file>', 'a JSON file with threshold, entitled and policies')
    .action(async (options: WhatIfOptions) =>
      setExitCode((await import('../audit/what-if.js')).whatIfCommand(options)),
    );
};
