// Accounts that end at one moment, decided, recorded, sent over SMTP and recorded again; the limit is a bare nodemailer pool with as
// many connections that sends the same mails to the same server. Then ten times as many. And how long after the first of some
// events the first mail arrives, while the others are still being taken in; the limit is taking them all in.
import { startSink } from './sink.mjs';
import { inTurns, line, now, perSecond, QUICK, size, timed } from './support.mjs';
import { bareMails, connected, publishAll, surgeOfHerald } from './surge.mjs';

const ACCOUNTS = size({ full: 10_000, quick: 800, environment: 'HERALD_BENCH_ACCOUNTS' });
const MORE = 10;
const SIZE = 1_000;

/** More accounts, whose mails are due at once. */
const firstMail = (sink) => async (herald) => {
  await sink.reset();
  const ended = Array.from({ length: ACCOUNTS }, (_, n) => connected(`b${n}`, n, 'x'));
  const begun = now();
  const taken = await timed(() => publishAll(herald.url, ended, SIZE));
  return { first: (await sink.arrived(1)).first - begun, taken };
};

const bare = async (sink, mail, count) => perSecond(count, await bareMails(sink, count, mail));

const megabytes = (bytes) => bytes / 2 ** 20;

export async function run() {
  const sink = await startSink();
  const surges = [];
  const { herald, limit } = await inTurns({
    herald: async () => {
      surges.push(await surgeOfHerald(sink, ACCOUNTS, firstMail(sink)));
      return perSecond(ACCOUNTS, surges.at(-1).millis);
    },
    limit: () => bare(sink, surges.at(-1).mail, ACCOUNTS),
  });
  const lines = [
    { ...line('surge', 'mails/s', 'bare nodemailer', herald, limit), sizes: { herald: ACCOUNTS } },
    line(
      ...['surge-first-mail', 'ms', 'taking all events in'],
      surges.map(({ more }) => more.first),
      surges.map(({ more }) => more.taken),
    ),
  ];
  if (!QUICK) {
    const large = await surgeOfHerald(sink, MORE * ACCOUNTS);
    const all = perSecond(MORE * ACCOUNTS, large.millis);
    const barely = await bare(sink, large.mail, MORE * ACCOUNTS);
    lines.push(
      {
        ...line('surge-of-ten-times', 'mails/s', 'bare nodemailer', [all], [barely]),
        sizes: { herald: MORE * ACCOUNTS },
      },
      line('surge-flat', 'mails/s', 'a tenth of it', [all], [lines[0].herald]),
      line(
        ...['surge-memory', 'MB', 'a tenth of it'],
        [megabytes(large.memory)],
        surges.slice(0, 1).map(({ memory }) => megabytes(memory)),
      ),
    );
  }
  sink.stop();
  return lines;
}
