// 10,000 accounts that end at one moment, decided, recorded, sent over SMTP and recorded again; the limit is a bare nodemailer
// pool with as many connections that sends mails of the same size to the same server. And how long after the first of
// 10,000 events the first mail arrives, while the others are still being taken in; the limit is taking them all in.
import { startHerald } from '../dist/herald.js';
import { inFolder, timed } from './support.mjs';
import {
  bareNodemailer,
  connected,
  mailOf,
  publishAll,
  settings,
  startSink,
  surge,
  world,
} from './surge.mjs';

const ACCOUNTS = Number(process.env.HERALD_BENCH_ACCOUNTS ?? 10_000);
const SIZE = 1_000;

export const run = () =>
  inFolder(async (folder) => {
    const sink = await startSink();
    const herald = await startHerald(settings(folder, sink.port));
    await publishAll(herald.url, [...world(ACCOUNTS)], SIZE);
    const mails = await surge(herald.url, sink, ACCOUNTS);
    const mail = await mailOf(herald.url);

    await sink.reset();
    const ended = Array.from({ length: ACCOUNTS }, (_, n) => connected(`b${n}`, n, 'x'));
    const begin = performance.timeOrigin + performance.now();
    const taken = await timed(() => publishAll(herald.url, ended, SIZE));
    const { first } = await sink.arrived(1);
    await herald.stop();

    await sink.reset();
    const bare = await bareNodemailer(sink.port, ACCOUNTS, mail);
    sink.stop();
    const perSecond = (millis) => (ACCOUNTS * 1_000) / millis;
    return [
      { work: 'surge', herald: perSecond(mails), limit: perSecond(bare), unit: 'mails/s' },
      { work: 'surge-first-mail', herald: first - begin, limit: taken, unit: 'ms' },
    ];
  });
