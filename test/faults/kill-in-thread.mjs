import { isMainThread } from 'node:worker_threads';
import { SmtpTransport } from '../../dist/infrastructure/mail/smtp/smtp-transport.js';
import { ConnectionCommitter } from '../../dist/infrastructure/sqlite/log-committer.js';
import { ConnectionRunner } from '../../dist/infrastructure/sqlite/statements.js';

// Loaded into an instance and its threads by --import: kills the process at one step within a thread.
//   before|after commit TYPE   the commit of an event of this type, before the main thread knows of it
//   before|after write N       the N-th write of a read model
//   before|after send N        the N-th mail
//   between send N             the N-th mail, once its attempt may start and before its first byte
const [when, step, which] = (process.env.HERALD_TEST_KILL ?? '').split(' ');
const kill = () => process.kill(process.pid, 'SIGKILL');

const counted = () => {
  let count = 0;
  return () => {
    count += 1;
    return count === Number(which);
  };
};

/** Kills around a method of a class, for the call that is meant. */
const around = (type, method, isMeant) => {
  const { [method]: original } = type.prototype;
  type.prototype[method] = async function (...parameters) {
    const meant = isMeant(...parameters);
    if (meant && when === 'before') kill();
    if (meant && when === 'between') {
      const [mail, mayStart] = parameters;
      return original.call(this, mail, () => mayStart().then(kill));
    }
    const result = await original.apply(this, parameters);
    if (meant && when === 'after') kill();
    return result;
  };
};

if (!isMainThread && step === 'commit')
  around(ConnectionCommitter, 'commit', (appends) =>
    appends.some(({ events }) => events.some(({ type }) => type === which)),
  );
if (!isMainThread && step === 'write') around(ConnectionRunner, 'run', counted());
if (!isMainThread && step === 'send') around(SmtpTransport, 'send', counted());
