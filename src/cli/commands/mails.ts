import { type Command, Option } from 'commander';
import { MAIL_VARIANTS } from '../../application/mails/mail-variant.js';
import { COLOR_SCHEMES, MAIL_PARTS } from '../../application/ports/mail-format.js';
import { RESOLUTIONS } from '../../domain/notification/resolution.js';
import type { MailOptions, OutboxOptions, PreviewOptions } from '../mails/mails.js';
import { JSON_OPTION, limitOption, REASON_OPTION, setExitCode, URL_OPTION } from './options.js';

const partOption = () =>
  new Option('--part <part>', 'the HTML, the text, or the source with its headers')
    .choices(MAIL_PARTS)
    .default('text');
const schemeOption = () =>
  new Option('--scheme <scheme>', 'the color scheme of the HTML').choices(COLOR_SCHEMES);

/** Adds the commands about mails and their sending. */
export const mailCommands = (program: Command): void => {
  program.commandsGroup('Mails:');

  program
    .command('mail <notificationId>')
    .description('print the mail of a notification, as it was sent')
    .addOption(partOption())
    .addOption(schemeOption())
    .option(...URL_OPTION)
    .action(async (id: string, options: MailOptions) =>
      setExitCode((await import('../mails/mails.js')).mail(id, options)),
    );

  const templates = program
    .command('templates')
    .description('list every mail that Herald can send, or print one');
  templates
    .command('list', { isDefault: true })
    .description('list every mail that Herald can send, with its languages')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../mails/mails.js')).templates(options)));
  templates
    .command('preview <rule>')
    .description(
      'print a mail as the templates make it now, with made-up data or with those of a notification',
    )
    .option('--locale <tag>', 'its language, such as de-AT; default: that of the notification, or en')
    .addOption(new Option('--variant <variant>', 'which variant of the sample').choices(MAIL_VARIANTS))
    .option('--notification <id>', 'the notification whose data are shown')
    .addOption(partOption())
    .addOption(schemeOption())
    .option(...URL_OPTION)
    .action(async (rule: string, options: PreviewOptions) =>
      setExitCode((await import('../mails/mails.js')).preview(rule, options)),
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
    .action(async (options: OutboxOptions) =>
      setExitCode((await import('../mails/mails.js')).outbox(options)),
    );
  outbox
    .command('show <file>')
    .description('print a mail, as its file has it')
    .addOption(partOption())
    .addOption(schemeOption())
    .option(...URL_OPTION)
    .action(async (file: string, options: MailOptions) =>
      setExitCode((await import('../mails/mails.js')).outboxMail(file, options)),
    );

  const unknown = program
    .command('unknown')
    .description('list, show or resolve mails in doubt: nobody knows whether they arrived');
  unknown
    .command('list')
    .description('list the mails in doubt; exits with 1 if there are any')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../mails/unknown.js')).list(options)));
  unknown
    .command('show <notificationId>')
    .description('show what is known of a mail in doubt, and what was said to the mail server')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (id: string, options) =>
      setExitCode((await import('../mails/unknown.js')).show(id, options)),
    );
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
    .action(async (id: string, options) =>
      setExitCode((await import('../mails/unknown.js')).resolve(id, options)),
    );

  const feedback = program.command('feedback').description('report what became of mails');
  feedback
    .command('read <file>')
    .description(
      'report the delivery status notifications and abuse reports in a file: one mail (.eml) or an mbox; exits with 1 if one of them is about no mail of this Herald, or cannot be read',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string, options) =>
      setExitCode((await import('../mails/feedback.js')).read(file, options)),
    );

  const sending = program.command('sending').description('show, start or end a hold of sending');
  sending
    .command('show')
    .description(
      'show whether sending is held, and which mails would be sent a second time; exits with 1 while it is held',
    )
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../mails/sending.js')).show(options)));
  sending
    .command('hold')
    .description('hold sending; decisions continue, and raised mails wait')
    .requiredOption(...REASON_OPTION)
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../mails/sending.js')).hold(options)));
  sending
    .command('release [notificationIds...]')
    .description(
      'end the hold; after a restore, mails started since the backup are sent again: all of them, or only those with the given ids (the others never)',
    )
    .requiredOption(...REASON_OPTION)
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (ids: string[], options) =>
      setExitCode((await import('../mails/sending.js')).release(ids, options)),
    );
  sending
    .command('keep')
    .description('end the hold; mails started since the backup are never sent again')
    .requiredOption(...REASON_OPTION)
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => setExitCode((await import('../mails/sending.js')).keep(options)));
};
