#!/usr/bin/env node
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CHANGED, type ChangedKind } from '../application/audit/changed-kinds.js';
import { MAIL_VARIANTS } from '../application/mails/mail-variant.js';
import { COLOR_SCHEMES, MAIL_PARTS } from '../application/ports/mail-format.js';
import { ROLES } from '../domain/access/role.js';
import { HeraldError } from '../domain/kernel/herald-error.js';
import { RESOLUTIONS } from '../domain/notification/resolution.js';
import { isServiceLink } from '../infrastructure/config/service-links.js';
import { sayCrash, sayFailure } from '../infrastructure/process/say-failure.js';
import { version } from '../version.js';
import type { AccessLogOptions } from './access-log.js';
import type { AgendaOptions } from './agenda.js';
import type { ChangesOptions } from './changes.js';
import type { CoverageOptions } from './coverage.js';
import { HISTORY_FORMATS, type HistoryOptions, type SummaryOptions } from './history-options.js';
import { refuseCredentials } from './instance-address.js';
import type { CreateKeyOptions } from './keys.js';
import type { MailOptions, OutboxOptions, PreviewOptions } from './mails.js';
import type { MigrateOptions } from './migrate.js';
import type { PeopleOptions } from './people.js';
import type { ReplayOptions } from './replay.js';
import type { AdminOptions, GrantOptions } from './stores.js';
import type { WhatIfOptions } from './what-if.js';
import type { WhyNotOptions } from './why.js';

process.umask(0o077);

const { HERALD_PORT } = process.env;
/** Kubernetes sets HERALD_PORT to an address if a Service is named herald. */
const PORT = HERALD_PORT && !isServiceLink('HERALD_PORT', HERALD_PORT) ? HERALD_PORT : 3000;

const URL_OPTION = [
  '--url <url>',
  'the address of a running instance',
  process.env.HERALD_URL || `http://localhost:${PORT}`,
] as const;

const limitOf = (value: string): string => {
  if (/^([1-9]\d{0,8}|all)$/.test(value)) return value;
  throw new InvalidArgumentError('Expected a whole number of at least 1, or all.');
};

const limitOption = (says: string): Option =>
  new Option('--limit <number>', says).default('50').argParser(limitOf);

const program = new Command('herald')
  .description(
    'Operates Herald: events, history, reasons, people, agenda, changes, coverage, replays, workers, settings, parked documents, held sending, mails and their templates, mails in doubt, the clock, checks and migration.',
  )
  .version(version)
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 something was found that the command looks for, 2 not done, also if the command was called wrongly, 130 interrupted.',
  )
  // Commands take this over, so it comes before them.
  .exitOverride();

/** Commands are loaded lazily, so that --help answers at once. */
const exit = async (code: Promise<number>): Promise<void> => {
  process.exitCode = await code;
};

program
  .command('projections')
  .description('show the live version, the lag and the latest replay of each projection')
  .option(...URL_OPTION)
  .action(async (options: { url: string }) => exit((await import('./projections.js')).projections(options)));

program
  .command('replay <projection>')
  .description('rebuild a projection beside the live one, show what changes, and swap; Ctrl-C pauses')
  .option(...URL_OPTION)
  .option('--dry-run', 'replay and compare, but do not swap')
  .option('--verify', 'replay and compare, do not swap, and exit with 1 if a document differs')
  .option('--resume', 'resume a replay that was paused or has failed')
  .option('--from <position>', 'fold only events after this position, for inspection')
  .action(async (name: string, options: ReplayOptions) =>
    exit((await import('./replay.js')).replay(name, options)),
  );

program
  .command('retry <projection>')
  .description('retry all parked documents of a projection')
  .option(...URL_OPTION)
  .action(async (name: string, options: { url: string }) =>
    exit((await import('./projections.js')).retry(name, options)),
  );

const parked = program
  .command('parked')
  .description('list, retry or skip parked documents: those that an event could not be folded into');
parked
  .command('list')
  .description('list parked documents with the event and the reason; exits with 1 if there are any')
  .option(...URL_OPTION)
  .option('--projection <name>', 'only those of one projection')
  .action(async (options: { url: string; projection?: string }) =>
    exit((await import('./parked.js')).list(options)),
  );
parked
  .command('retry <projection> <document>')
  .description('apply the waiting events to a parked document again, from its last good state')
  .option(...URL_OPTION)
  .action(async (projection: string, id: string, options: { url: string }) =>
    exit((await import('./parked.js')).retryParked(projection, id, options)),
  );
parked
  .command('skip <projection> <document>')
  .description(
    'skip the event that keeps a document parked; the skip is recorded and also applies to rebuilds',
  )
  .requiredOption('--reason <text>', 'why the event may be skipped')
  .option('--by <name>', 'who decided it; default: the user of this machine')
  .option(...URL_OPTION)
  .action(async (projection: string, id: string, options: { url: string; reason: string; by?: string }) =>
    exit((await import('./parked.js')).skip(projection, id, options)),
  );

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
  .action(async (options: AccessLogOptions) => exit((await import('./access-log.js')).accessLog(options)));

program
  .command('verify [projections...]')
  .description(
    'rebuild projections from the configured log and compare them with the live ones; exits with 1 if one differs, with 2 if there is nothing to compare',
  )
  .action(async (names: string[]) => exit((await import('./verify.js')).verify(names)));

program
  .command('what-if')
  .description(
    'run the rules over recorded history with other parameters and show who would have been notified; read-only',
  )
  .requiredOption('--from <moment>', 'the start of the period, such as 2026-01-01T00:00:00Z')
  .requiredOption('--to <moment>', 'the end of the period')
  .option('--threshold <days>', 'remind when the authorisation expires in less than this number of days')
  .option('--rules <file>', 'a JSON file with threshold, entitled and policies')
  .action(async (options: WhatIfOptions) => exit((await import('./what-if.js')).whatIfCommand(options)));

program
  .command('doctor')
  .description(
    'check the configuration, the stores, their indexes, lag, the mail server, the mailbox, the clock, files, secrets, encryption and domains, and say what to do',
  )
  .action(async () => exit((await import('./doctor.js')).doctor()));

program
  .command('migrate')
  .description(
    'copy a log with its ids and times into another one and compare both; stop Herald first. A connection string with a password is given by a variable or a file',
  )
  .option('--from <log>', 'such as sqlite:data/events.db; default: HERALD_EVENT_STORE')
  .option('--from-env <name>', 'the environment variable that holds it')
  .option('--from-file <file>', 'the file that holds it')
  .option('--to <log>', 'such as kurrentdb://host:2113?tls=false')
  .option('--to-env <name>', 'the environment variable that holds it')
  .option('--to-file <file>', 'the file that holds it')
  .action(async (options: MigrateOptions) => exit((await import('./migrate.js')).migrate(options)));

const JSON_OPTION = ['--json', 'print the answer as JSON'] as const;
const REASON_OPTION = ['--reason <text>', 'why, for the record'] as const;

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
  .action(async (options: CoverageOptions) => exit((await import('./coverage.js')).coverage(options)));

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
  .option(...URL_OPTION)
  .action(async (options: HistoryOptions) => exit((await import('./history.js')).history(options)));

withHistoryFilters(
  program
    .command('summary')
    .description('count decisions by day, notification and result; default: those of the last 30 days'),
)
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options: SummaryOptions) => exit((await import('./history.js')).summary(options)));

program
  .command('why <notificationId>')
  .description('say why a notification was sent or withheld, with every condition')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id: string, options) => exit((await import('./why.js')).why(id, options)));

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
    exit((await import('./why.js')).whyNot(person, rule, options)),
  );

program
  .command('people')
  .description('list partner users and their notification settings')
  .option('--partner <id>', 'only one partner')
  .option('--person <person>', 'only whom a user id, or any address that they have or ever had, names')
  .addOption(limitOption('how many to show, or all'))
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options: PeopleOptions) => exit((await import('./people.js')).people(options)));

program
  .command('publish <file>')
  .description(
    'publish the CloudEvents of a file, or of standard input for -: one, a batch, or one on each line; exits with 2 if one is refused, and names it',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (file: string, options) => exit((await import('./publish.js')).publish(file, options)));

program
  .command('dangling')
  .description(
    'list partners, users and accounts that events name and that were never registered, added or connected; exits with 1 if there are any',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./dangling.js')).dangling(options)));

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
  .action(async (options: AgendaOptions) => exit((await import('./agenda.js')).agenda(options)));

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
    exit((await import('./changes.js')).changes(kind, id, options)),
  );

program
  .command('verify-decision <notificationId>')
  .description(
    'run the rule of a decision again on the history before it, render its mail again, and compare both with what is on record; exits with 1 if something differs',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id: string, options) =>
    exit((await import('./verify-decision.js')).verifyDecision(id, options)),
  );

program
  .command('settings')
  .description('list the settings of an instance, without secrets')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./settings.js')).settings(options)));

program
  .command('workers')
  .description(
    'show what the workers of an instance do, its leases and its circuit breakers; exits with 1 while a worker or the mails of a sender wait',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./workers.js')).workers(options)));

const sending = program.command('sending').description('show, start or end a hold of sending');
sending
  .command('show')
  .description(
    'show whether sending is held, and which mails would be sent a second time; exits with 1 while it is held',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./sending.js')).show(options)));
sending
  .command('hold')
  .description('hold sending; decisions continue, and raised mails wait')
  .requiredOption(...REASON_OPTION)
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./sending.js')).hold(options)));
sending
  .command('release [notificationIds...]')
  .description(
    'end the hold; after a restore, mails started since the backup are sent again: all of them, or only those with the given ids (the others never)',
  )
  .requiredOption(...REASON_OPTION)
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (ids: string[], options) => exit((await import('./sending.js')).release(ids, options)));
sending
  .command('keep')
  .description('end the hold; mails started since the backup are never sent again')
  .requiredOption(...REASON_OPTION)
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./sending.js')).keep(options)));

const keys = program.command('keys').description('create, list, rotate or revoke API keys');
keys
  .command('create')
  .description(
    'create an API key, and print its text; it is not shown again. From the first key on, every request needs one',
  )
  .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
  .option('--name <name>', 'what people call it, such as the system that uses it')
  .option('--solution <ids...>', 'the solutions that it is bound to; default: it is valid for all')
  .option('--source <prefixes...>', 'how the source of its CloudEvents begins; default: it is not limited')
  .option('--expires <when>', 'after a time such as 90d, at a date-time, or never; default: after a year')
  .option('--offline', 'write it to the configured log, without an instance: when nobody has a key')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options: CreateKeyOptions) => exit((await import('./keys.js')).create(options)));
keys
  .command('list')
  .description('list API keys with their last use')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./keys.js')).list(options)));
keys
  .command('rotate <id>')
  .description('give an API key a new secret, and print its text; it is not shown again')
  .option('--overlap <time>', 'how long the old secret stays valid, such as 24h, at most 30d; default: a day')
  .option('--expires <when>', 'when the new secret expires; default: it is valid for as long as the old one')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id: string, options) => exit((await import('./keys.js')).rotate(id, options)));
keys
  .command('revoke <id>')
  .description('revoke an API key for good; it holds on every instance within a second')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id: string, options) => exit((await import('./keys.js')).revoke(id, options)));

const unknown = program
  .command('unknown')
  .description('list, show or resolve mails in doubt: nobody knows whether they arrived');
unknown
  .command('list')
  .description('list the mails in doubt; exits with 1 if there are any')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./unknown.js')).list(options)));
unknown
  .command('show <notificationId>')
  .description('show what is known of a mail in doubt, and what was said to the mail server')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id: string, options) => exit((await import('./unknown.js')).show(id, options)));
unknown
  .command('resolve <notificationId>')
  .description('say what became of a mail in doubt')
  .addOption(
    new Option('--as <what>', 'it arrived, it is sent again, or it is not sent again')
      .choices(RESOLUTIONS)
      .makeOptionMandatory(),
  )
  .requiredOption(...REASON_OPTION)
  .option('--by <name>', 'who says so; default: the user of this machine')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (id: string, options) => exit((await import('./unknown.js')).resolve(id, options)));

const partOption = () =>
  new Option('--part <part>', 'the HTML, the text, or the source with its headers')
    .choices(MAIL_PARTS)
    .default('text');
const schemeOption = () =>
  new Option('--scheme <scheme>', 'the color scheme of the HTML').choices(COLOR_SCHEMES);

program
  .command('mail <notificationId>')
  .description('print the mail of a notification, as it was sent')
  .addOption(partOption())
  .addOption(schemeOption())
  .option(...URL_OPTION)
  .action(async (id: string, options: MailOptions) => exit((await import('./mails.js')).mail(id, options)));

const templates = program
  .command('templates')
  .description('list every mail that Herald can send, or print one');
templates
  .command('list', { isDefault: true })
  .description('list every mail that Herald can send, with its languages')
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./mails.js')).templates(options)));
templates
  .command('preview <rule>')
  .description('print a mail as the templates make it now, with made-up data or with those of a notification')
  .option('--locale <tag>', 'its language, such as de-AT; default: that of the notification, or en')
  .addOption(new Option('--variant <variant>', 'which variant of the sample').choices(MAIL_VARIANTS))
  .option('--notification <id>', 'the notification whose data are shown')
  .addOption(partOption())
  .addOption(schemeOption())
  .option(...URL_OPTION)
  .action(async (rule: string, options: PreviewOptions) =>
    exit((await import('./mails.js')).preview(rule, options)),
  );

const outbox = program
  .command('outbox')
  .description('list or print the mails in the outbox folder, where HERALD_MAIL is one');
outbox
  .command('list', { isDefault: true })
  .description('list the mails, those decided last first')
  .addOption(limitOption('how many to show, or all'))
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options: OutboxOptions) => exit((await import('./mails.js')).outbox(options)));
outbox
  .command('show <file>')
  .description('print a mail, as its file has it')
  .addOption(partOption())
  .addOption(schemeOption())
  .option(...URL_OPTION)
  .action(async (file: string, options: MailOptions) =>
    exit((await import('./mails.js')).outboxMail(file, options)),
  );

const clock = program
  .command('clock')
  .description('show the clock of an instance, or confirm that it is right');
clock
  .command('show')
  .description(
    'show what the clock says and whether it is believed; exits with 1 if it is not, or is behind the last recorded event',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./clock.js')).show(options)));
clock
  .command('confirm')
  .description(
    'confirm that the clock is right, after a leap or if events were recorded in the future; applies to all instances with the same time, and to later starts',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (options) => exit((await import('./clock.js')).confirm(options)));

const feedback = program.command('feedback').description('report what became of mails');
feedback
  .command('read <file>')
  .description(
    'report the delivery status notifications and abuse reports in a file: one mail (.eml) or an mbox; exits with 1 if one of them is about no mail of this Herald, or cannot be read',
  )
  .option(...URL_OPTION)
  .option(...JSON_OPTION)
  .action(async (file: string, options) => exit((await import('./feedback.js')).read(file, options)));

const ADMIN_OPTION = [
  '--admin-url-file <file>',
  'a file with the connection string of an admin of the event store (default: HERALD_EVENT_STORE)',
] as const;

const inbox = program.command('inbox').description('manage the inbox stream of the event store');
inbox
  .command('parked')
  .description('list parked events with their reasons')
  .option(...ADMIN_OPTION)
  .action(async (options: AdminOptions) => exit((await import('./inbox.js')).parked(options)));
inbox
  .command('retry')
  .description('retry all parked events')
  .option(...ADMIN_OPTION)
  .action(async (options: AdminOptions) => exit((await import('./inbox.js')).retry(options)));

const stores = program.command('stores').description('set up the stores');
stores
  .command('grant')
  .description(
    "let Herald's user of EventStoreDB or KurrentDB read $all, and create the group that reads the inbox stream",
  )
  .option(...ADMIN_OPTION)
  .option('--user <name>', 'the user, or a group that it is in (default: the user of HERALD_EVENT_STORE)')
  .action(async (options: GrantOptions) => exit((await import('./stores.js')).grant(options)));

// The reader has closed the pipe, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** The exit code of a command that was not done. */
const NOT_DONE = 2;

const endsByCrash = (error: unknown): never => {
  sayCrash(error);
  process.exit(NOT_DONE);
};

process.on('uncaughtException', endsByCrash);

try {
  // Help shows it.
  refuseCredentials(process.env.HERALD_URL ?? '');
  await program.parseAsync();
} catch (error) {
  if (error instanceof HeraldError) {
    sayFailure(error);
    process.exitCode = NOT_DONE;
  } else if (error instanceof CommanderError) {
    // Commander has said what is wrong, or has shown the help or the version.
    process.exitCode = error.exitCode === 0 ? 0 : NOT_DONE;
  } else endsByCrash(error);
}
